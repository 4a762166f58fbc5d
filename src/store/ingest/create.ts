import { type FileSystem, FsError } from "../../host/ports.ts";

/** Leaves what is there as it is, whoever was faster. @throws FsError */
export function createIfAbsent(
  path: string,
  text: string,
  mode: number,
  fs: Pick<FileSystem, "writeNewFile">,
): void {
  try {
    fs.writeNewFile(path, new TextEncoder().encode(text), mode);
  } catch (error) {
    if (!(error instanceof FsError && error.errno === "EEXIST")) throw error;
  }
}
