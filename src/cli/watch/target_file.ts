import type { FileSystem } from "../../host/ports.ts";

/** Opening a named pipe that nobody reads would hold up the start for ever. */
export function refuseSpecial(path: string, fs: Pick<FileSystem, "stat">): void {
  const kind = fs.stat(path)?.kind;
  if (kind !== undefined && kind !== "file") throw new Error(`${path} is not a regular file`);
}
