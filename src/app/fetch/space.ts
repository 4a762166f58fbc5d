import { format as formatBytes } from "@std/fmt/bytes";
import { EdgebootError } from "../../model/errors.ts";
import type { Layer } from "../../model/release.ts";
import { FsError } from "../../host/ports.ts";
import type { Context } from "../context.ts";
import { nearestExisting } from "../existing.ts";
import type { Subject } from "../start/subject.ts";

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
}

/**
 * Refuses a fetch that cannot fit before anything is downloaded. What no kept release needs is collected
 * first, as far as that is enough. Counted is what the release states; where it states nothing, and where
 * the file system does not say what is free, the disk itself decides later.
 * @throws EdgebootError DISK_FULL (74)
 */
export async function ensureSpace(
  subject: Subject,
  layers: readonly Layer[],
  context: Context,
): Promise<void> {
  const room = await makeRoom(layers, context, { dryRun: false });
  const { needed, free, collected } = room;
  if (collected === undefined) return;
  const text =
    `${subject.label}: ${formatBytes(needed)} are needed and ${formatBytes(free ?? 0)} ` +
    `were free; collected ${formatBytes(collected.freed)}, trees: ${collected.trees}`;
  context.report.event({ kind: "detail", text });
  refuseWithoutRoom(subject, room, context);
}

/** With `dryRun` only what would be done. */
export async function makeRoom(
  layers: readonly Layer[],
  context: Context,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Room> {
  const needed = spaceNeeded(layers.filter(({ sha256 }) => !isBeingFetched(sha256, context)));
  const free = freeBytes(context);
  if (free === undefined || needed <= free) {
    return { needed, free, collected: undefined, freeThen: free };
  }
  const { collectCache } = await import("../cache/collect.ts");
  const { keptBytes, removed } = collectCache({ prune: false, dryRun: true }, context);
  const total = keptBytes + removed.reduce((sum, { bytes }) => sum + bytes, 0);
  const maxBytes = Math.max(0, total - (needed - free));
  const done = collectCache({ maxBytes, dryRun }, context);
  return {
    needed,
    free,
    collected: {
      freed: done.freedBytes,
      trees: done.removed.length,
      kept: done.keptBytes,
      quarantined: done.quarantine.kept.reduce((sum, { bytes }) => sum + bytes, 0),
    },
    freeThen: dryRun ? free + done.freedBytes : freeBytes(context),
  };
}

/** @throws EdgebootError DISK_FULL (74) */
export function refuseWithoutRoom(
  subject: Subject,
  { needed, collected, freeThen = Infinity }: Room,
  { store, cacheRoot }: Context,
): void {
  if (collected === undefined || needed <= freeThen) return;
  throw new EdgebootError("DISK_FULL", {
    what: `no room for ${subject.label} in the cache ${store.layout.root}`,
    why:
      `its layers need ${formatBytes(needed)}, packed and unpacked, and ${formatBytes(freeThen)} ` +
      `are free; collecting freed ${formatBytes(collected.freed)}, and the ` +
      `${formatBytes(collected.kept)} left there are in use or kept` +
      (collected.quarantined === 0
        ? ""
        : `; ${formatBytes(collected.quarantined)} are in quarantine`),
    next:
      "free space on that file system (`edgeboot cache gc --keep 1`, `edgeboot cache list`), or " +
      "point --cache at a larger one",
  }, { facts: { cache: cacheRoot.path, needed, free: freeThen } });
}

/** Of packed layers only the largest few are there at the same time: each goes when it is unpacked. */
export function spaceNeeded(layers: readonly Layer[]): number {
  const packed = layers.map(({ size }) => size ?? 0).toSorted((a, b) => b - a);
  const unpacked = layers.reduce((sum, { unpackedSize }) => sum + (unpackedSize ?? 0), 0);
  return unpacked + packed.slice(0, AT_ONCE).reduce((sum, size) => sum + size, 0);
}

const AT_ONCE = 4;

/** Another process has taken that room already, or is about to. */
export function isBeingFetched(digest: Layer["sha256"], { store, host }: Context): boolean {
  return host.fs.lstat(store.layout.lock(digest)) !== undefined;
}

/** Of the cache, or of the first directory above it that exists. */
export function freeBytes({ store, host }: Context): number | undefined {
  try {
    return host.fs.freeBytes(nearestExisting(store.layout.root, host.fs));
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}
