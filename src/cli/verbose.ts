import type { Event, LayerTimes, Reporter } from "../app/events.ts";
import type { Config } from "../config/config.ts";
import { SETTINGS } from "../config/settings.ts";
import type { Host } from "../host/ports.ts";
import { shortDigest } from "../model/digest.ts";
import { formatBytes, formatMs } from "./format.ts";
import { digestText } from "./json/words.ts";
import type { Logger } from "./logger.ts";
import { PhaseTimes } from "./phases.ts";
import { SOURCES } from "./json/release_source.ts";
import type { LogEvent, LogFacts } from "./schemas/log.ts";

/** Text lines of `-v` and, of decisions, `-vv`; all of them as JSON. Loaded only where one is asked for. */
export class VerboseReporter implements Reporter {
  readonly #times: PhaseTimes;
  #fetched: LayerTimes | undefined;

  constructor(
    private readonly logger: Logger,
    private readonly config: Pick<Config, "origins">,
    host: Pick<Host, "clock">,
  ) {
    this.#times = new PhaseTimes(host.clock);
  }

  event(event: Event): void {
    switch (event.kind) {
      case "phase": {
        const ms = rounded(this.#times.end(event.phase));
        if (event.phase === "settings") this.#settings();
        // People get one table at the end.
        if (this.logger.style.form === "json") {
          this.#debug("phase", `${event.phase} ended`, { phase: event.phase, ms });
        }
        return;
      }
      case "release":
        return this.#release(event);
      case "python": {
        const { path, version, fits, why } = event;
        const text = `${path}${version && ` (Python ${version})`}: ${
          fits ? "" : "not chosen: "
        }${why}`;
        return this.#decision("python", text, { path, version, fits, why });
      }
      case "layers": {
        const { layers, missing, leased } = event;
        const count = `${layers} ${layers === 1 ? "layer" : "layers"}`;
        const here = missing === 0 ? "all cached" : `${missing} to fetch`;
        const text = `${count}, ${here}, ${leased} under lease`;
        return this.#decision("layers", text, { layers, missing, leased });
      }
      case "layer-done":
        return this.#layerDone(event);
      case "layer-awaited": {
        const { digest, ms } = event;
        const text = `layer ${shortDigest(digest)}: fetched by another edgeboot, waited ${
          formatMs(ms)
        }`;
        return this.#debug("layer-awaited", text, { digest: digestText(digest), ms: rounded(ms) });
      }
      case "detail":
        return this.#debug("detail", event.text, {});
      case "exec":
        return this.#exec(event);
    }
  }

  #settings(): void {
    for (const { name } of SETTINGS) {
      const setting = this.config.origins.get(name);
      if (setting === undefined) continue;
      const { value, origin } = setting;
      this.#decision("setting", `${name} = ${value} (${origin})`, { name, value, origin });
    }
  }

  #release({ label, app, version, digest, source }: Extract<Event, { kind: "release" }>): void {
    const is = version === undefined ? "" : ` is ${version}`;
    this.#debug("release", `${label}${is} (${shortDigest(digest)}), ${SOURCES[source]}`, {
      ...{ label, version, digest: digestText(digest), source },
      ...app === undefined ? {} : { app },
    });
  }

  #layerDone(event: Extract<Event, { kind: "layer-done" }>): void {
    const { digest, files, packedBytes, unpackedBytes, leftOut, ms } = event;
    this.#fetched = this.#fetched === undefined ? ms : added(this.#fetched, ms);
    const size = `${formatBytes(packedBytes)} packed, ${formatBytes(unpackedBytes)} in ` +
      `${files} ${files === 1 ? "file" : "files"}`;
    const left = leftOut.length === 0 ? "" : `; left out ${leftOut.join(", ")}`;
    this.#debug("layer-done", `layer ${shortDigest(digest)}: ${size}${left}`, {
      ...{ digest: digestText(digest), files, left_out: leftOut },
      ...{ packed_bytes: packedBytes, unpacked_bytes: unpackedBytes },
      wait_ms: rounded(ms.wait),
      download_ms: rounded(ms.download),
      verify_ms: rounded(ms.verify),
      unpack_ms: rounded(ms.unpack),
      publish_ms: rounded(ms.publish),
    });
  }

  /** A table of all steps, and last of all what is executed. */
  #exec({ how, executable, argv, pythonpath }: Extract<Event, { kind: "exec" }>): void {
    const { totals, total } = this.#times;
    const text = `exec ${argv.join(" ")}`;
    if (this.logger.style.form === "text") {
      this.#table(total);
      return this.logger.log("debug", "detail", text);
    }
    const phases = Object.fromEntries([...totals].map(([phase, ms]) => [phase, rounded(ms)]));
    const facts = { how, executable, argv, pythonpath, phases, ms: rounded(total) };
    this.#debug("exec", text, facts);
  }

  #table(total: number): void {
    const row = (name: string, ms: number) => {
      const text = `${name.padEnd(10)}${ms.toFixed(1).padStart(10)} ms`;
      this.logger.log("debug", "detail", text);
    };
    for (const [phase, ms] of this.#times.totals) {
      row(phase, ms);
      if (phase !== "layers" || this.#fetched === undefined) continue;
      for (const [step, each] of Object.entries(this.#fetched)) row(`  ${step}`, each);
    }
    row("total", total);
  }

  /** Why something is as it is: people see it at `-vv`. */
  #decision<E extends LogEvent>(event: E, text: string, facts: LogFacts<E>): void {
    const { form, verbosity } = this.logger.style;
    if (form === "json" || verbosity > 1) this.#debug(event, text, facts);
  }

  #debug<E extends LogEvent>(event: E, text: string, facts: LogFacts<E>): void {
    this.logger.log("debug", event, text, facts);
  }
}

/** Several layers are fetched at once: the sum of a step can be more than the time that went by. */
function added(one: LayerTimes, other: LayerTimes): LayerTimes {
  return {
    wait: one.wait + other.wait,
    download: one.download + other.download,
    verify: one.verify + other.verify,
    unpack: one.unpack + other.unpack,
    publish: one.publish + other.publish,
  };
}

/** Microseconds are noise. */
export function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
