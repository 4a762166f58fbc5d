import { tryParseAppId } from "../../model/app_id.ts";
import { type Sha256, tryParseSha256 } from "../../model/digest.ts";
import { localPath, parseLocation } from "../../model/location.ts";
import { directoryListing } from "../../registry/directory_listing.ts";
import type { Listing } from "../../registry/listing.ts";
import { readRefs, readReleases } from "../../store/documents.ts";
import type { Context } from "../context.ts";

/** Apps that can be named here without asking anybody: the cache's, and a directory registry's. */
export function knownApps(context: Context): string[] {
  const { store: { layout }, host: { fs } } = context;
  return sorted([
    ...readRefs(layout, fs).map(({ app }) => app),
    ...readReleases(layout, fs).map(({ app }) => app),
    ...(listingOf(context)?.apps() ?? []).filter((name) => tryParseAppId(name) !== undefined),
  ]);
}

/** Channels and versions of the app, from the same places. */
export function knownRefs(app: string, context: Context): string[] {
  const { store: { layout }, host: { fs } } = context;
  const id = tryParseAppId(app);
  if (id === undefined) return [];
  return sorted([
    ...readRefs(layout, fs).filter((ref) => ref.app === app).map(({ name }) => name),
    ...readReleases(layout, fs).filter((release) => release.app === app)
      .map(({ version }) => version),
    ...listingOf(context)?.refs(id) ?? [],
  ]);
}

/** Layers that are unpacked in the cache. */
export function knownTrees({ store: { layout }, host: { fs } }: Context): Sha256[] {
  if (fs.stat(layout.trees) === undefined) return [];
  // Names only: `cache list` measures every tree.
  return fs.readDir(layout.trees).flatMap(({ name }) => tryParseSha256(name) ?? []);
}

function listingOf({ config, host: { fs } }: Context): Listing | undefined {
  const path = config.registry &&
    localPath(parseLocation(config.registry.value, "registry").location);
  return path === undefined ? undefined : directoryListing(path, fs);
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
