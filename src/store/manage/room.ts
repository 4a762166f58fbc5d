import type { LayerDigest } from "../../model/digest.ts";
import type { Layer } from "../../model/release.ts";
import type { FileSystem, Host } from "../../host/ports.ts";
import { nearestExisting } from "../existing.ts";
import type { CacheLayout } from "../layout.ts";
import { collect } from "./collection.ts";
import { unlessRefused } from "../unless_refused.ts";

type RoomHost = Pick<Host, "fs" | "locks" | "process" | "clock">;

/** Bytes, but for `trees`. */
export interface Room {
  readonly needed: number;
  /** undefined where the file system does not say */
  readonly free: number | undefined;
  /** What the collector has done, or would do; undefined: there was room. */
  readonly collected:
    | {
      readonly freed: number;
      readonly trees: number;
      readonly kept: number;
      readonly quarantined: number;
    }
    | undefined;
  readonly freeThen: number | undefined;
  /** Of those that the layers need at the least, how many more files may not be made. */
  readonly missingFiles: number;
}

/** A tree, its lease, record and lock, its download and work, and its part of an environment; no file of the layer. */
const FILES_A_LAYER = 12;

/** As many layers are fetched at the same time, at most. */
const AT_ONCE = 4;

/**
 * Bytes that fetching the layers takes, by what the release states. Of packed layers only the largest few
 * are there at the same time: each goes when it is unpacked.
 */
export function spaceNeeded(layers: readonly Layer[]): number {
  const packed = layers.map(({ size }) => size ?? 0).toSorted((a, b) => b - a);
  const unpacked = layers.reduce((sum, { unpackedSize }) => sum + (unpackedSize ?? 0), 0);
  return unpacked + packed.slice(0, AT_ONCE).reduce((sum, size) => sum + size, 0);
}

/** What the layers need is collected, of what no kept release needs and as far as there is that much. */
export function makeRoom(
  layers: readonly Layer[],
  { dryRun }: { readonly dryRun: boolean },
  layout: CacheLayout,
  host: RoomHost,
): Room {
  const own = layers.filter(({ sha256 }) => !isBeingFetched(sha256, layout, host.fs));
  const needed = spaceNeeded(own);
  const free = freeBytes(layout, host.fs);
  const missingFiles = () =>
    Math.max(0, own.length * FILES_A_LAYER - (freeInodes(layout, host.fs) ?? Infinity));
  const lacksFiles = missingFiles() > 0;
  if (free === undefined || needed <= free && !lacksFiles) {
    return { needed, free, collected: undefined, freeThen: free, missingFiles: 0 };
  }
  const { keptBytes, removed } = collect({ prune: false, dryRun: true }, layout, host);
  const total = keptBytes + removed.reduce((sum, { bytes }) => sum + bytes, 0);
  const maxBytes = lacksFiles ? 0 : Math.max(0, total - (needed - free));
  const done = collect({ maxBytes, dryRun }, layout, host);
  return {
    needed,
    free,
    collected: {
      freed: done.freedBytes,
      trees: done.removed.length,
      kept: done.keptBytes,
      quarantined: done.quarantine.kept.reduce((sum, { bytes }) => sum + bytes, 0),
    },
    freeThen: dryRun ? free + done.freedBytes : freeBytes(layout, host.fs),
    missingFiles: dryRun && done.removed.length > 0 ? 0 : missingFiles(),
  };
}

/** Another process has taken that room already, or is about to. */
export function isBeingFetched(
  digest: LayerDigest,
  layout: CacheLayout,
  fs: Pick<FileSystem, "lstat">,
): boolean {
  return fs.lstat(layout.lock(digest)) !== undefined;
}

/** Of the cache, or of the first directory above it that exists. */
export function freeBytes(
  { root }: CacheLayout,
  fs: Pick<FileSystem, "stat" | "freeBytes">,
): number | undefined {
  return unlessRefused(() => fs.freeBytes(nearestExisting(root, fs)));
}

function freeInodes(
  { root }: CacheLayout,
  fs: Pick<FileSystem, "stat" | "freeInodes">,
): number | undefined {
  return unlessRefused(() => fs.freeInodes(nearestExisting(root, fs)));
}
