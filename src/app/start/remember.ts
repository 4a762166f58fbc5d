import type { ReleaseDigest } from "../../model/digest.ts";
import type { Confirmed, RefKey } from "../../store/mod.ts";
import type { Context } from "../context.ts";

/** What the registry has just confirmed, to be kept once all layers are in place. */
export interface Confirmation {
  /** Where the document is new or was sent again. */
  readonly document?: { readonly digest: ReleaseDigest; readonly text: string };
  /** Where a name was asked for, and something about it has changed. */
  readonly ref?: { readonly key: RefKey; readonly now: Confirmed };
}

/**
 * Only called when all layers are in place, so a ref always stands for a release that can start from
 * the cache alone. A cache that cannot be written is no reason not to start.
 */
export function remember(
  { document, ref }: Confirmation,
  { records }: Pick<Context, "records">,
): void {
  if (document !== undefined && !records.saveRelease(document.digest, document.text)) return;
  if (ref !== undefined) records.saveRef(ref.key, ref.now);
}
