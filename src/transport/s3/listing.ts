import type { Listed } from "../../model/objects.ts";

/** The query of ListObjectsV2 for all keys that begin so. */
export function listingQuery(prefix: string, token: string | undefined): string {
  const parts = ["list-type=2", "encoding-type=url", `prefix=${encodeURIComponent(prefix)}`];
  if (token !== undefined) parts.push(`continuation-token=${encodeURIComponent(token)}`);
  return `?${parts.join("&")}`;
}

export interface ListingPage {
  readonly entries: readonly Listed[];
  /** Of the next page; undefined: this was the last one. */
  readonly next: string | undefined;
}

/**
 * What ListObjectsV2 has answered. Its XML is flat and has no attributes in what is looked at here.
 * @param prefix of the registry, which its own keys do not have
 */
export function parseListing(xml: string, prefix: string): ListingPage {
  const isEncoded = field(xml, "EncodingType") === "url";
  const entries = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, item]) => {
    const written = field(item!, "Key") ?? "";
    const key = isEncoded ? decodeURIComponent(written.replaceAll("+", " ")) : written;
    return {
      key: key.startsWith(prefix) ? key.slice(prefix.length) : key,
      size: Number(field(item!, "Size")),
      modifiedMs: Date.parse(field(item!, "LastModified") ?? ""),
    };
  });
  const more = field(xml, "IsTruncated") === "true";
  return { entries, next: more ? field(xml, "NextContinuationToken") : undefined };
}

/** The text of the first element of a name, its entities resolved. */
export function field(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'").replaceAll("&amp;", "&");
}
