import { format as formatBytes } from "@std/fmt/bytes";
import { EdgebootError } from "../../model/errors.ts";
import type { Layer } from "../../model/release.ts";
import type { Room } from "../../store/mod.ts";
import type { Context } from "../context.ts";
import type { ResolvedRelease } from "../start/resolved_release.ts";

/**
 * Refuses a fetch that cannot fit before anything is downloaded. What no kept release needs is collected
 * first, as far as that is enough. Counted is what the release states; where it states nothing, and where
 * the file system does not say what is free, the disk itself decides later.
 * @throws EdgebootError DISK_FULL (74)
 */
export async function ensureSpace(
  release: ResolvedRelease,
  layers: readonly Layer[],
  context: Context,
): Promise<void> {
  const room = (await context.store.manager()).makeRoom(layers, { dryRun: false });
  const { needed, free, collected } = room;
  if (collected === undefined) return;
  const text =
    `${release.label}: ${formatBytes(needed)} are needed and ${formatBytes(free ?? 0)} ` +
    `were free; collected ${formatBytes(collected.freed)}, trees: ${collected.trees}`;
  context.report.event({ kind: "detail", text });
  refuseWithoutRoom(release, room, context);
}

/** @throws EdgebootError DISK_FULL (74) */
export function refuseWithoutRoom(
  release: ResolvedRelease,
  { needed, collected, freeThen = Infinity, missingFiles }: Room,
  { store, cacheRoot }: Context,
): void {
  if (missingFiles > 0) throw noFiles(release, missingFiles, store.root);
  if (collected === undefined || needed <= freeThen) return;
  throw new EdgebootError("DISK_FULL", {
    what: `no room for ${release.label} in the cache ${store.root}`,
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

function noFiles({ label }: ResolvedRelease, missing: number, root: string): EdgebootError {
  return new EdgebootError("DISK_FULL", {
    what: `no room for ${label} in the cache ${root}`,
    why:
      `its file system has no inodes left for so many files (\`df -i\`), by ${missing} at the least`,
    next:
      "remove files there, as `edgeboot cache gc --keep 1` does, or point --cache at another one",
  }, { facts: { cache: root } });
}
