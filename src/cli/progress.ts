import type { Event, Reporter } from "../app/events.ts";
import type { Host } from "../host/ports.ts";
import { formatBytes, formatMs } from "./format.ts";
import type { Logger } from "./logger.ts";

const REDRAW_MS = 100;
const BAR_WIDTH = 24;

type LayerProgress = Extract<Event, { kind: "layer-progress" }>;

/**
 * Tells a cold start: a bar on a terminal, else a line at the start and one at the end. A warm start
 * sends no event that is shown, and so prints nothing.
 */
export class ProgressReporter implements Reporter {
  readonly #layers = new Map<string, LayerState>();
  #totalBytes: number | undefined;
  #drawnAt = 0;
  #drawn = false;

  constructor(
    private readonly host: Pick<Host, "output" | "clock">,
    private readonly logger: Logger,
  ) {
    // An error ends the fetch and is not told through this reporter.
    logger.beforeLine = () => this.#clear();
  }

  event(event: Event): void {
    if (event.kind === "layer-progress") return this.#progress(event);
    if (event.kind === "verify-progress") {
      const { bytes, total } = event;
      const state = { downloaded: bytes, total, unpacked: 0 };
      return this.#draw(() => `  verifying ${renderProgress([state], total).trimStart()}`);
    }
    this.#clear();
    switch (event.kind) {
      case "fetch-begins": {
        this.#totalBytes = event.bytes;
        const size = event.bytes === undefined ? "" : `, ${formatBytes(event.bytes)}`;
        const layers = `${event.layers} ${event.layers === 1 ? "layer" : "layers"}`;
        return this.#log("info", event, `${event.label}: fetching ${layers}${size}`);
      }
      case "layer-done": {
        const { ms } = event;
        const phases = `download ${formatMs(ms.download)}, unpack ${formatMs(ms.unpack)}, ` +
          `publish ${formatMs(ms.publish)}`;
        const size = `${formatBytes(event.packedBytes)} packed, ` +
          `${formatBytes(event.unpackedBytes)} in ${event.files} files`;
        const left = event.leftOut.length === 0 ? "" : `; left out ${event.leftOut.join(", ")}`;
        return this.#log(
          "debug",
          event,
          `layer ${event.digest.slice(0, 12)}: ${size}; ${phases}${left}`,
        );
      }
      case "fetch-ends":
        return this.#log(
          "info",
          event,
          `${event.label}: ready in ${formatMs(event.ms)} (${formatBytes(event.packedBytes)} ` +
            `fetched, ${formatBytes(event.unpackedBytes)} unpacked)`,
        );
      case "verify-ends":
        return;
      case "waiting":
        return this.#log(
          "info",
          event,
          `waiting for layer ${event.digest.slice(0, 12)}: ${event.holder}`,
        );
      case "warning":
        return this.logger.log("warn", "warning", event.text);
      case "detail":
        return this.logger.log("debug", "detail", event.text);
    }
  }

  #log(level: "info" | "debug", event: Event, text: string): void {
    const { kind, ...facts } = event;
    this.logger.log(level, kind, text, facts);
  }

  #progress(event: LayerProgress): void {
    this.#layers.set(event.digest, advance(this.#layers.get(event.digest), event));
    this.#draw(() => renderProgress([...this.#layers.values()], this.#totalBytes));
  }

  #draw(line: () => string): void {
    if (!this.host.output.stderrTerminal.isTerminal || this.logger.style.form === "json") return;
    if (!this.logger.shows("info")) return;
    const now = this.host.clock.monotonic();
    if (now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    this.#drawn = true;
    const { columns } = this.host.output.stderrTerminal;
    this.host.output.stderr(`\r${line().slice(0, columns - 1).padEnd(columns - 1)}`);
  }

  #clear(): void {
    if (!this.#drawn) return;
    this.host.output.stderr("\r\x1b[K");
    this.#drawn = false;
  }
}

function advance(before: LayerState | undefined, event: LayerProgress): LayerState {
  const state = before ?? { downloaded: 0, total: event.total, unpacked: 0 };
  if (event.phase === "unpack") return { ...state, unpacked: event.bytes };
  return { ...state, downloaded: event.bytes, total: event.total };
}

/** What one layer has done so far, bytes. */
export interface LayerState {
  readonly downloaded: number;
  readonly total: number | undefined;
  readonly unpacked: number;
}

/** `[##########--------------] 12.3 MB of 40.1 MB, unpacked 20 MB`; no bar without a total. */
export function renderProgress(layers: readonly LayerState[], stated: number | undefined): string {
  const done = layers.reduce((sum, { downloaded }) => sum + downloaded, 0);
  const unpacked = layers.reduce((sum, layer) => sum + layer.unpacked, 0);
  const total = stated ?? layers.reduce((sum, layer) => sum + (layer.total ?? NaN), 0);
  const tail = unpacked === 0 ? "" : `, unpacked ${formatBytes(unpacked)}`;
  if (!(total > 0)) return `  ${formatBytes(done)}${tail}`;
  const filled = Math.min(BAR_WIDTH, Math.floor(BAR_WIDTH * done / total));
  const bar = "#".repeat(filled) + "-".repeat(BAR_WIDTH - filled);
  return `  [${bar}] ${formatBytes(done)} of ${formatBytes(total)}${tail}`;
}
