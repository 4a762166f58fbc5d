import type { Event, Reporter } from "../app/events.ts";
import type { Host } from "../host/ports.ts";
import { shortDigest } from "../model/digest.ts";
import { formatBytes, formatMs } from "./format.ts";
import { digestText } from "./json/words.ts";
import type { Logger } from "./logger.ts";

const REDRAW_MS = 100;
const BAR_WIDTH = 24;

type LayerProgress = Omit<Extract<Event, { kind: "layer-progress" }>, "kind">;

/** Tells a cold start: a bar on a terminal, else a line at the start and one at the end. */
export class ProgressReporter implements Reporter {
  readonly #layers = new Map<string, LayerState>();
  #totalBytes: number | undefined;
  #drawnAt = 0;

  constructor(
    private readonly host: Pick<Host, "clock">,
    private readonly logger: Logger,
  ) {}

  event(event: Event): void {
    if (event.kind === "layer-progress") return this.#progress(event);
    if (event.kind === "upload-progress") return this.#progress({ ...event, phase: "download" });
    if (event.kind === "verify-progress") {
      const { bytes, total } = event;
      const state = { downloaded: bytes, total, unpacked: 0 };
      return this.#draw((columns) => {
        const label = "  verifying ";
        return label + renderProgress([state], total, columns - label.length).trimStart();
      });
    }
    switch (event.kind) {
      case "fetch-begins": {
        this.#totalBytes = event.bytes;
        this.#layers.clear();
        const size = event.bytes === undefined ? "" : `, ${formatBytes(event.bytes)}`;
        const layers = `${event.layers} ${event.layers === 1 ? "layer" : "layers"}`;
        return this.logger.log(
          "info",
          "fetch-begins",
          `${event.label}: fetching ${layers}${size}`,
          {
            label: event.label,
            layers: event.layers,
            bytes: event.bytes,
          },
        );
      }
      case "fetch-ends":
        return this.#ready(event);
      case "waiting": {
        const { digest, holder } = event;
        const text = `waiting for layer ${shortDigest(digest)}: ${holder}`;
        return this.logger.log("info", "waiting", text, { digest: digestText(digest), holder });
      }
      case "publish-begins": {
        const { label, blobs, bytes } = event;
        this.#totalBytes = undefined;
        this.#layers.clear();
        const size = bytes === undefined ? "" : `, ${formatBytes(bytes)}`;
        const text = `${label}: publishing ${blobs} ${blobs === 1 ? "layer" : "layers"}${size}`;
        return this.logger.log("info", "publish-begins", text, { label, blobs, bytes });
      }
      case "publish-ends": {
        const { label, sent, sentBytes, skipped, ms } = event;
        const text = `${label}: published in ${formatMs(ms)} (${sent} sent, ` +
          `${formatBytes(sentBytes)}; ${skipped} there already)`;
        const facts = { label, sent, sent_bytes: sentBytes, skipped, ms };
        return this.logger.log("info", "publish-ends", text, facts);
      }
      case "verify-ends":
        return this.logger.wipe();
    }
  }

  #ready({ label, packedBytes, unpackedBytes, ms }: Extract<Event, { kind: "fetch-ends" }>): void {
    // What is only fetched, as wheels for a pack, has nothing to tell here.
    const unpacked = unpackedBytes === 0 ? "" : `, ${formatBytes(unpackedBytes)} unpacked`;
    const text = `${label}: ready in ${formatMs(ms)} (${
      formatBytes(packedBytes)
    } fetched${unpacked})`;
    this.logger.log("info", "fetch-ends", text, {
      ...{ label, packed_bytes: packedBytes, unpacked_bytes: unpackedBytes, ms },
    });
  }

  #progress(event: LayerProgress): void {
    this.#layers.set(event.digest, advance(this.#layers.get(event.digest), event));
    this.#draw((columns) => renderProgress([...this.#layers.values()], this.#totalBytes, columns));
  }

  #draw(line: (columns: number) => string): void {
    const now = this.host.clock.monotonic();
    if (now - this.#drawnAt < REDRAW_MS || !this.logger.draws) return;
    this.#drawnAt = now;
    this.logger.draw(line);
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

/**
 * `[##########--------------] 12.3 MB of 40.1 MB, unpacked 20 MB`; no bar without a total, and a shorter
 * one, or none, where there are few columns.
 */
export function renderProgress(
  layers: readonly LayerState[],
  stated: number | undefined,
  columns = 79,
): string {
  const done = layers.reduce((sum, { downloaded }) => sum + downloaded, 0);
  const unpacked = layers.reduce((sum, layer) => sum + layer.unpacked, 0);
  const total = stated ?? layers.reduce((sum, layer) => sum + (layer.total ?? NaN), 0);
  const tail = unpacked === 0 ? "" : `, unpacked ${formatBytes(unpacked)}`;
  if (!(total > 0)) return `  ${formatBytes(done)}${tail}`;
  const numbers = `${formatBytes(done)} of ${formatBytes(total)}${tail}`;
  const width = Math.min(BAR_WIDTH, columns - numbers.length - "  [] ".length);
  if (width < SHORTEST_BAR) return `  ${numbers}`;
  const filled = Math.min(width, Math.floor(width * done / total));
  return `  [${"#".repeat(filled)}${"-".repeat(width - filled)}] ${numbers}`;
}

const SHORTEST_BAR = 6;
