import { fileLocation } from "../../../model/location.ts";
import type { LayerDigest } from "../../../model/digest.ts";
import { EdgebootError } from "../../../model/errors.ts";
import type { VerifiedBlob } from "../../../model/verified_blob.ts";
import type { Bringing } from "./bring_file.ts";

/**
 * Puts a file that is here among those that are kept, verified on the way.
 * @throws EdgebootError DIGEST_MISMATCH (65)
 */
export async function keepFile(
  path: string,
  sha256: LayerDigest,
  { kept, context }: Bringing,
): Promise<VerifiedBlob> {
  const before = await kept.verified(sha256);
  if (before !== undefined) return before;
  const content = await context.fetcher.fetch(fileLocation(path));
  if (content.kind !== "content") throw gone(path);
  const download = kept.begin(sha256);
  try {
    await download.take(content, { sha256, size: undefined, origin: path }, {
      mostBytes: Infinity,
    });
  } finally {
    download.discard();
  }
  return await kept.verified(sha256) ?? (() => {
    throw gone(path);
  })();
}

function gone(path: string): EdgebootError {
  return new EdgebootError("IO", {
    what: `cannot read ${path}`,
    why: "it is gone, or changes while it is read",
    next: "let nothing else write there, and try again",
  }, { facts: { path } });
}
