import { EdgebootError } from "../../model/errors.ts";
import { isRefName } from "../../model/ref.ts";
import { type Layer, parseRelease, type Release } from "../../model/release.ts";
import { parseLayerDigest } from "../../model/digest.ts";
import { type RecordedBlob, recordedBlobs } from "../../model/recorded.ts";
import { INDEX_NAME } from "../../model/release_index.ts";

/** The document as it will stand in the registry, and the layers that must be there with it. */
export interface Prepared {
  readonly text: string;
  readonly release: Release;
  /** Each once, as the source has them. */
  readonly layers: readonly Layer[];
  /** Those that stay where their `url` is. */
  readonly elsewhere: readonly Layer[];
}

/**
 * Pure: a layer that is copied into the registry has no `url` any more; nothing else of the document changes, and
 * where there is no such layer, no byte.
 * @param keepUrls absolute ones stay, and what they name is not copied
 */
export function prepare(text: string, release: Release, keepUrls: boolean): Prepared {
  const all = eachOnce([
    ...release.variants.flatMap(({ layers }) => layers),
    ...recordedBlobs(release).map(asLayer),
  ]);
  const stays = ({ url }: Pick<Layer, "url">) =>
    keepUrls && url !== undefined && /^https?:\/\//i.test(url);
  const layers = all.filter((layer) => !stays(layer));
  const elsewhere = all.filter(stays);
  if (layers.every(({ url }) => url === undefined)) return { text, release, layers, elsewhere };
  const document = JSON.parse(text);
  const lists = document.variants?.map((variant: { layers: object[] }) => variant.layers) ??
    [document.layers];
  for (const layer of lists.flat() as { url?: string }[]) {
    if (!stays({ url: layer.url })) delete layer.url;
  }
  const published = `${JSON.stringify(document, undefined, 2)}\n`;
  return { text: published, release: parseRelease(published, "release"), layers, elsewhere };
}

/** What is sent with the layers, and never unpacked. */
function asLayer({ sha256, size }: RecordedBlob): Layer {
  const rest = { unpackedSize: undefined, pythonPaths: undefined, url: undefined };
  return { kind: "data", sha256: parseLayerDigest(sha256), size, ...rest };
}

/** A layer may be part of several variants. */
export function eachOnce(layers: readonly Layer[]): Layer[] {
  return [...new Map(layers.map((layer) => [layer.sha256, layer])).values()];
}

/** Bytes of all layers, each once; undefined where one does not say. */
export function statedSize({ variants }: Pick<Release, "variants">): number | undefined {
  return eachOnce(variants.flatMap(({ layers }) => layers)).reduce<number | undefined>(
    (sum, { size }) => sum === undefined || size === undefined ? undefined : sum + size,
    0,
  );
}

/**
 * A version becomes a file's name, and a tag in other registries.
 * @throws EdgebootError RELEASE_INVALID (65)
 */
export function checkVersionName({ app, version }: Pick<Release, "app" | "version">): void {
  if (isRefName(version) && version !== INDEX_NAME) return;
  throw new EdgebootError("RELEASE_INVALID", {
    what: `${app} ${JSON.stringify(version)} cannot be published`,
    why: version === INDEX_NAME
      ? "`index` is the name of the list of versions"
      : "a version in a registry has 1 to 128 of A-Z a-z 0-9 . _ + -, and no '..'",
    next: "give the release another version",
  }, { facts: { app, version } });
}
