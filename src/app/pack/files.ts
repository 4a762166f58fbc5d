import type { Host } from "../../host/ports.ts";
import { type LayerDigest, parseLayerDigest } from "../../model/digest.ts";
import { absolutePath } from "../../model/location.ts";

const CHUNK_BYTES = 1024 ** 2;

/** A path as it was typed, from where we are. */
export function absolute(path: string, { host }: { readonly host: Pick<Host, "process"> }): string {
  return absolutePath(path, host.process.cwd);
}

/** @throws FsError */
export async function hashFile(
  path: string,
  { fs, codecs }: Pick<Host, "fs" | "codecs">,
): Promise<{ readonly sha256: LayerDigest; readonly size: number }> {
  const hasher = await codecs.sha256();
  const file = fs.openRead(path);
  try {
    const chunk = new Uint8Array(CHUNK_BYTES);
    let size = 0;
    for (let count = file.read(chunk); count !== null; count = file.read(chunk)) {
      hasher.update(chunk.subarray(0, count));
      size += count;
    }
    return { sha256: parseLayerDigest(hasher.digestHex()), size };
  } finally {
    file.close();
  }
}

/** Into a file that must not exist; `take` sees the bytes on their way. @throws FsError */
export function copyFile(
  from: string,
  to: string,
  fs: Host["fs"],
  take: (bytes: Uint8Array) => void = () => {},
): void {
  const source = fs.openRead(from);
  try {
    const target = fs.createFile(to, 0o644);
    try {
      const chunk = new Uint8Array(CHUNK_BYTES);
      for (let count = source.read(chunk); count !== null; count = source.read(chunk)) {
        const bytes = chunk.subarray(0, count);
        take(bytes);
        target.write(bytes);
      }
    } finally {
      target.close();
    }
  } finally {
    source.close();
  }
}
