import { type FileSystem, FsError, type OpenFile } from "../host/ports.ts";
import type { Look, OpenedFile } from "../elf/look.ts";

/** This machine as `src/elf` looks at it. */
export function loaderLook(
  fs: Pick<FileSystem, "stat" | "readDir" | "readBytes" | "openRead" | "realPath">,
): Look {
  return {
    kindOf: (path) => readable(() => fs.stat(path)?.kind),
    readDir: (path) => readable(() => fs.readDir(path)) ?? [],
    readBytes: (path) => readable(() => fs.readBytes(path)),
    open: (path) => readable(() => opened(fs.openRead(path))),
    realPath: (path) => readable(() => fs.realPath(path)) ?? path,
  };
}

function opened(file: OpenFile): OpenedFile | undefined {
  const size = readable(() => file.size());
  if (size === undefined) {
    file.close();
    return undefined;
  }
  return {
    size,
    read: (at, length) => readable(() => readExactly(file, at, length)) ?? new Uint8Array(length),
    close: () => file.close(),
  };
}

/** Zeros where it was cut off since its size was asked: they say nothing to any parser. */
function readExactly(file: OpenFile, at: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  file.seek(at);
  for (let done = 0; done < length;) {
    const count = file.read(bytes.subarray(done));
    if (count === null) break;
    done += count;
  }
  return bytes;
}

function readable<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}
