import type { LayerDigest } from "../../model/digest.ts";
import { FsError, type Host } from "../../host/ports.ts";
import { type PartialBlob, readPartial } from "../ingest/download.ts";
import type { CacheLayout } from "../layout.ts";

/** The download that the next fetch of a layer would continue; looks only, and claims nothing. */
export function longestPartial(
  digest: LayerDigest,
  layout: CacheLayout,
  host: Pick<Host, "fs" | "locks">,
): PartialBlob | undefined {
  const parent = layout.partialsOf(digest);
  const partials = namesIn(parent, host).flatMap((name) => {
    const path = `${parent}/${name}`;
    const lock = host.fs.lstat(`${path}/lock`);
    const inProgress = lock !== undefined && (host.locks.holders(lock) ?? []).length > 0;
    return lock === undefined || inProgress ? [] : readPartial(path, host) ?? [];
  });
  return partials.toSorted((a, b) => b.offset - a.offset)[0];
}

function namesIn(path: string, { fs }: Pick<Host, "fs">): string[] {
  try {
    return fs.lstat(path) === undefined ? [] : fs.readDir(path).map(({ name }) => name);
  } catch (error) {
    if (error instanceof FsError) return [];
    throw error;
  }
}
