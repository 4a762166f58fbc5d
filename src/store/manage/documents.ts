import type { LayerDigest } from "../../model/digest.ts";
import { parseRelease } from "../../model/release.ts";
import type { FileSystem } from "../../host/ports.ts";
import type { CacheLayout } from "../layout.ts";
import { listReleases } from "./listing.ts";
import { parseRefRecord } from "../ref_record.ts";
import type { KeptRef, StoredRelease } from "./retention.ts";

type ReadFs = Pick<FileSystem, "readDir" | "readText" | "lstat" | "stat">;

/** Every release document that can be read and understood. */
export function readReleases(layout: CacheLayout, fs: FileSystem): StoredRelease[] {
  return listReleases(layout, fs).flatMap((digest) => {
    const path = layout.release(digest);
    return tolerant(() => {
      const release = parseRelease(fs.readText(path), `cached release ${digest}`);
      const layers = release.variants.flatMap((variant) => variant.layers);
      return [{
        digest,
        app: release.app,
        version: release.version,
        storedAt: fs.lstat(path)?.mtimeMs ?? 0,
        layers: [...new Set(layers.map(({ sha256 }) => sha256))],
      }];
    }) ?? [];
  });
}

/** `app version` of every release that names the layer. */
export function appsOf(layer: LayerDigest, releases: readonly StoredRelease[]): string[] {
  const users = releases.filter(({ layers }) => layers.includes(layer));
  return [...new Set(users.map(({ app, version }) => `${app} ${version}`))];
}

/** Every `refs/<registry>/<app>/<ref>.json` that can be read and understood. */
export function readRefs(layout: CacheLayout, fs: ReadFs): KeptRef[] {
  const below = (path: string) =>
    tolerant(() => fs.readDir(path).map(({ name }) => `${path}/${name}`)) ?? [];
  return below(layout.refs).flatMap(below).flatMap(below).flatMap((path) =>
    tolerant(() => {
      const ref = parseRefRecord(fs.readText(path));
      return ref === undefined ? [] : [{ path, ...ref }];
    }) ?? []
  );
}

/** What cannot be read says nothing: documents are copies and hints. */
function tolerant<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
