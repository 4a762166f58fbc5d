import { type Sha256, tryParseSha256 } from "../../model/digest.ts";
import { parseRelease } from "../../model/release.ts";
import type { FileSystem } from "../../host/ports.ts";
import type { CacheLayout } from "../layout.ts";
import { listReleases } from "./listing.ts";
import type { StoredRef, StoredRelease } from "./retention.ts";

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
export function appsOf(layer: Sha256, releases: readonly StoredRelease[]): string[] {
  const users = releases.filter(({ layers }) => layers.includes(layer));
  return [...new Set(users.map(({ app, version }) => `${app} ${version}`))];
}

/** Every `refs/<registry>/<app>/<ref>.json` that can be read and understood. */
export function readRefs(layout: CacheLayout, fs: ReadFs): StoredRef[] {
  const below = (path: string) =>
    tolerant(() => fs.readDir(path).map(({ name }) => `${path}/${name}`)) ?? [];
  return below(layout.refs).flatMap(below).flatMap(below).flatMap((path) =>
    tolerant(() => parseRef(path, JSON.parse(fs.readText(path)))) ?? []
  );
}

function parseRef(path: string, json: Record<string, unknown>): StoredRef | undefined {
  const digest = digestOf(json.digest);
  if (digest === undefined || typeof json.app !== "string") return undefined;
  const history = Array.isArray(json.history) ? json.history : [];
  return {
    path,
    registry: String(json.registry),
    app: json.app,
    name: String(json.name),
    digest,
    pinned: digestOf(json.pinned),
    history: history.flatMap((entry) => {
      const known = digestOf(entry?.digest);
      return known === undefined ? [] : [{ digest: known, at: Number(entry.at) || 0 }];
    }),
  };
}

function digestOf(value: unknown): Sha256 | undefined {
  return typeof value === "string" ? tryParseSha256(value) : undefined;
}

/** What cannot be read says nothing: documents are copies and hints. */
function tolerant<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
