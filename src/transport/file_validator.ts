import type { FileStat } from "../host/ports.ts";

/** Changes whenever a file is replaced or rewritten; make's rule plus size and inode. */
export function fileValidator(stat: FileStat): string {
  return `"${stat.ino}-${stat.size}-${stat.mtimeMs}"`;
}
