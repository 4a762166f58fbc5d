import type { LayerDigest } from "../model/digest.ts";
import { type FileStat, FsError, type Host } from "../host/ports.ts";
import type { CacheLayout } from "./layout.ts";

/** Of a published tree's top; everything below has the modes of src/archive/extract.ts. */
export const TREE_MODE = 0o555;
/** While it is unpacked. */
export const OPEN_TREE_MODE = 0o755;

/**
 * Whether it is what a kill between the rename of a tree and the closing of its top leaves, where that is the
 * order of things (move_tree.ts): for all but root, and for a root without capabilities. Such a tree is
 * complete; whoever owns it could write there in any case, and nobody else can.
 */
export function isLeftOpen({ mode }: Pick<FileStat, "mode">): boolean {
  return mode === OPEN_TREE_MODE;
}

/**
 * Ends what a kill between the rename of a tree and the closing of its top has left (move_tree.ts), at the next
 * start, which looks at the top anyway. Not with one that an image or a volume provides: it has no record.
 */
export function closeOpenTop(
  digest: LayerDigest,
  { mode, uid }: FileStat,
  layout: CacheLayout,
  { fs, process }: Pick<Host, "fs" | "process">,
): void {
  if (!isLeftOpen({ mode }) || uid !== process.uid) return;
  try {
    if (fs.lstat(layout.record(digest)) === undefined) return;
    fs.chmod(layout.tree(digest), TREE_MODE);
  } catch (error) {
    // A read-only cache, from which it starts as well.
    if (!(error instanceof FsError)) throw error;
  }
}
