import type { Event, LayerTimes, Phase, ReleaseSource } from "../../app/events.ts";
import type { Clock } from "../../host/ports.ts";
import { formatAppRef } from "../../model/ref.ts";
import { PhaseTimes } from "../phases.ts";
import type { Watched } from "./watched.ts";

/** How a start ended, as far as edgeboot has a part in it. */
export type Outcome =
  | { readonly result: "exec" | "spawn" | "done" }
  | { readonly result: "failed"; readonly exit: number; readonly code: string };

/** What could not be had, by its code in the log and the answer there was. */
export interface Fallback {
  readonly code: string;
  /** without credentials and query */
  readonly url?: string;
  /** HTTP */
  readonly status?: number;
}

/** All that is told of one start. Durations are seconds, as Prometheus has them. */
export interface Account {
  readonly command: Watched["kind"];
  readonly app: string | undefined;
  readonly ref: string | undefined;
  readonly version: string | undefined;
  /** `sha256:<hex>` */
  readonly digest: string | undefined;
  readonly start: "cold" | "warm" | "unknown";
  /** Why the last release that started here was started again; undefined: it was not. */
  readonly fallback: Fallback | undefined;
  /** Whether the registry has said what is current. */
  readonly checked: boolean;
  readonly outcome: Outcome;
  readonly seconds: number;
  readonly phases: Readonly<Partial<Record<Phase, number>>>;
  /** Where layers were fetched: the sums of all of them. */
  readonly layers: Readonly<LayerTimes> | undefined;
  readonly downloadedBytes: number;
  readonly unpackedBytes: number;
}

/** Keeps the account of one start by what it tells of itself. */
export class AccountKeeper {
  readonly #times: PhaseTimes;
  #release: Extract<Event, { kind: "release" }> | undefined;
  #start: Account["start"] = "unknown";
  #layers: LayerTimes | undefined;
  #fallback: Fallback | undefined;
  #checked = false;
  #downloaded = 0;
  #unpacked = 0;

  constructor(
    private readonly watched: Watched,
    clock: Pick<Clock, "monotonic" | "began">,
  ) {
    this.#times = new PhaseTimes(clock);
  }

  event(event: Event): void {
    switch (event.kind) {
      case "phase":
        return void this.#times.end(event.phase);
      case "release":
        this.#release = event;
        this.#checked ||= ANSWERED.has(event.source);
        return;
      case "fallback": {
        const { code, url, status } = event;
        this.#fallback = {
          code,
          ...(url === undefined ? {} : { url }),
          ...(status === undefined ? {} : { status }),
        };
        return;
      }
      case "layers":
        // The last good release may be warm where the one before it was not: time went into both.
        if (this.#start !== "cold") this.#start = event.missing > 0 ? "cold" : "warm";
        return;
      case "layer-done":
        this.#downloaded += event.packedBytes;
        this.#unpacked += event.unpackedBytes;
        return this.#add(event.ms);
      case "layer-awaited":
        return this.#add({ ...NO_TIME, wait: event.ms });
    }
  }

  close(outcome: Outcome): Account {
    const { kind, target } = this.watched;
    const named = target.kind === "app" ? target.appRef : undefined;
    const { version, digest } = this.#release ?? {};
    return {
      command: kind,
      app: named?.app,
      ref: named && formatAppRef(named).slice(named.app.length + 1),
      version,
      digest: digest && `sha256:${digest}`,
      start: this.#start,
      fallback: this.#fallback,
      checked: this.#checked,
      outcome,
      seconds: seconds(this.#times.total),
      phases: Object.fromEntries([...this.#times.totals].map(([name, ms]) => [name, seconds(ms)])),
      layers: this.#layers && {
        wait: seconds(this.#layers.wait),
        download: seconds(this.#layers.download),
        verify: seconds(this.#layers.verify),
        unpack: seconds(this.#layers.unpack),
        publish: seconds(this.#layers.publish),
      },
      downloadedBytes: this.#downloaded,
      unpackedBytes: this.#unpacked,
    };
  }

  #add(times: LayerTimes): void {
    const sum = this.#layers ?? NO_TIME;
    this.#layers = {
      wait: sum.wait + times.wait,
      download: sum.download + times.download,
      verify: sum.verify + times.verify,
      unpack: sum.unpack + times.unpack,
      publish: sum.publish + times.publish,
    };
  }
}

/** The registry was asked, and its answer was of use. */
const ANSWERED: ReadonlySet<ReleaseSource> = new Set<ReleaseSource>([
  ...["fetched", "unchanged", "changed"] as const,
]);

const NO_TIME: LayerTimes = { wait: 0, download: 0, verify: 0, unpack: 0, publish: 0 };

/** To the microsecond. */
function seconds(ms: number): number {
  return Math.round(ms * 1000) / 1e6;
}
