import type { Event, LayerTimes, ReleaseSource, Reporter } from "../app/events.ts";
import type { Config } from "../config/config.ts";
import { SETTINGS } from "../config/settings.ts";
import type { Host } from "../host/ports.ts";
import { shortDigest } from "../model/digest.ts";
import { formatBytes, formatMs } from "./format.ts";
import type { Logger } from "./logger.ts";
import { PhaseTimes } from "./phases.ts";

/** What a release's {@link ReleaseSource} means, in words. */
export const SOURCES: Readonly<Record<ReleaseSource, string>> = {
  cached: "named by its digest and cached",
  fetched: "named by its digest, from the registry",
  pinned: "pinned on this machine; the registry is not asked",
  fresh: "as it last started here; the registry is not asked (--refresh, --offline)",
  unchanged: "as the registry confirms",
  changed: "new from the registry",
  "last-good": "the last that started here",
  bundle: "one archive, no release",
};

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
    const { kind: _kind, ...facts } = event;
    switch (event.kind) {
      case "phase": {
        const ms = rounded(this.#times.end(event.phase));
        if (event.phase === "settings") this.#settings();
        // People get one table at the end.
        if (this.logger.style.form === "json") {
          this.#log(event, `${event.phase} ended`, { ...facts, ms });
        }
        return;
      }
      case "release": {
        const version = event.version === undefined ? "" : ` is ${event.version}`;
        const text = `${event.label}${version} (${shortDigest(event.digest)}), `;
        return this.#log(event, text + SOURCES[event.source], facts);
      }
      case "python": {
        const what = `${event.path}${event.version && ` (Python ${event.version})`}`;
        return this.#decision(
          event,
          `${what}: ${event.fits ? "" : "not chosen: "}${event.why}`,
          facts,
        );
      }
      case "layers": {
        const { layers, missing, leased } = event;
        const count = `${layers} ${layers === 1 ? "layer" : "layers"}`;
        const here = missing === 0 ? "all cached" : `${missing} to fetch`;
        return this.#decision(event, `${count}, ${here}, ${leased} under lease`, facts);
      }
      case "layer-done":
        return this.#layerDone(event);
      case "layer-awaited": {
        const text = `layer ${shortDigest(event.digest)}: fetched by another edgeboot, `;
        return this.#log(event, `${text}waited ${formatMs(event.ms)}`, {
          ...facts,
          ms: rounded(event.ms),
        });
      }
      case "detail":
        return this.logger.log("debug", "detail", event.text);
      case "exec":
        return this.#exec(event, facts);
    }
  }

  #settings(): void {
    for (const { name } of SETTINGS) {
      const setting = this.config.origins.get(name);
      if (setting === undefined) continue;
      this.#decision({ kind: "setting" }, `${name} = ${setting.value} (${setting.origin})`, {
        name,
        ...setting,
      });
    }
  }

  #layerDone(event: Extract<Event, { kind: "layer-done" }>): void {
    const { kind, ms, ...facts } = event;
    this.#fetched = this.#fetched === undefined ? ms : added(this.#fetched, ms);
    const size =
      `${formatBytes(event.packedBytes)} packed, ${formatBytes(event.unpackedBytes)} in ` +
      `${event.files} ${event.files === 1 ? "file" : "files"}`;
    const left = event.leftOut.length === 0 ? "" : `; left out ${event.leftOut.join(", ")}`;
    const times = Object.fromEntries(
      Object.entries(ms).map(([step, each]) => [`${step}Ms`, rounded(each)]),
    );
    this.#log({ kind }, `layer ${shortDigest(event.digest)}: ${size}${left}`, {
      ...facts,
      ...times,
    });
  }

  /** A table of all steps, and last of all what is executed. */
  #exec(event: Extract<Event, { kind: "exec" }>, facts: Record<string, unknown>): void {
    const { totals } = this.#times;
    const total = this.#times.total;
    if (this.logger.style.form === "json") {
      const phases = Object.fromEntries([...totals].map(([phase, ms]) => [phase, rounded(ms)]));
      return this.#log(event, `exec ${event.argv.join(" ")}`, {
        ...facts,
        phases,
        ms: rounded(total),
      });
    }
    const row = (name: string, ms: number, more = "") =>
      this.logger.log(
        "debug",
        "phase",
        `${name.padEnd(10)}${ms.toFixed(1).padStart(10)} ms${more}`,
      );
    for (const [phase, ms] of totals) {
      row(phase, ms);
      if (phase !== "layers" || this.#fetched === undefined) continue;
      for (const [step, each] of Object.entries(this.#fetched)) row(`  ${step}`, each);
    }
    row("total", total);
    this.#log(event, `exec ${event.argv.join(" ")}`, facts);
  }

  /** Why something is as it is: people see it at `-vv`. */
  #decision(event: { readonly kind: LogKind }, text: string, facts: Record<string, unknown>): void {
    const { form, verbosity } = this.logger.style;
    if (form === "json" || verbosity > 1) this.#log(event, text, facts);
  }

  #log({ kind }: { readonly kind: LogKind }, text: string, facts: Record<string, unknown>): void {
    this.logger.log("debug", kind, text, facts);
  }
}

type LogKind = Parameters<Logger["log"]>[1];

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
