import { parseReleaseDigest, type ReleaseDigest } from "../../model/digest.ts";
import type { Context } from "../context.ts";

/** Of the UTF-8 bytes. */
export async function sha256Of(
  text: string,
  { host }: { readonly host: Pick<Context["host"], "codecs"> },
): Promise<ReleaseDigest> {
  const hash = await host.codecs.sha256();
  hash.update(new TextEncoder().encode(text));
  return parseReleaseDigest(hash.digestHex());
}
