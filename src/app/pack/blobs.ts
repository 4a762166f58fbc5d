import { EdgebootError } from "../../model/errors.ts";
import type { LayerDigest } from "../../model/digest.ts";
import type { PackContext } from "./context.ts";
import { copyFile, hashFile } from "./files.ts";

/** Where a registry in a directory keeps a blob. */
export function blobPath(output: string, digest: string): string {
  return `${output}/blobs/sha256/${digest}`;
}

/**
 * Puts a file into the registry that is packed into, under its digest. What is there, and is sound, stays.
 * @throws EdgebootError DIGEST_MISMATCH (65) where the file is another one by now
 */
export async function addBlob(
  path: string,
  digest: LayerDigest,
  output: string,
  context: PackContext,
): Promise<void> {
  const { fs } = context.host;
  const target = blobPath(output, digest);
  const there = fs.stat(target);
  if (there !== undefined && there.size === fs.stat(path)?.size) {
    if ((await hashFile(target, context.host)).sha256 === digest) return;
  }
  fs.makeDir(`${output}/blobs/sha256`, { recursive: true });
  const copy = `${context.work}/${digest}`;
  const hasher = await context.host.codecs.sha256();
  copyFile(path, copy, fs, (bytes) => hasher.update(bytes));
  const found = hasher.digestHex();
  if (found !== digest) {
    fs.remove(copy);
    throw new EdgebootError("DIGEST_MISMATCH", {
      what: `${path} has changed while it was packed`,
      why: `its digest was sha256:${digest} and is now sha256:${found}`,
      next: "pack again when nobody writes to it",
    }, { facts: { path, expected: digest, found } });
  }
  fs.rename(copy, target);
}
