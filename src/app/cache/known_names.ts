import { tryParseAppId } from "../../model/app_id.ts";
import { localPath, parseLocation } from "../../model/location.ts";
import { directoryListing } from "../../registry/directory_listing.ts";
import type { Listing } from "../../registry/listing.ts";
import type { Context } from "../context.ts";

/** Apps that can be named here without asking anybody: the cache's, and a directory registry's. */
export async function knownApps(context: Context): Promise<string[]> {
  const manager = await context.store.manager();
  return sorted([
    ...manager.refs().map(({ app }) => app),
    ...manager.releases().map(({ app }) => app),
    ...(listingOf(context)?.apps() ?? []).filter((name) => tryParseAppId(name) !== undefined),
  ]);
}

/** Channels and versions of the app, from the same places. */
export async function knownRefs(app: string, context: Context): Promise<string[]> {
  const id = tryParseAppId(app);
  if (id === undefined) return [];
  const manager = await context.store.manager();
  return sorted([
    ...manager.refs().filter((ref) => ref.app === app).map(({ name }) => name),
    ...manager.releases().filter((release) => release.app === app).map(({ version }) => version),
    ...listingOf(context)?.refs(id) ?? [],
  ]);
}

function listingOf({ config, host: { fs } }: Context): Listing | undefined {
  const path = config.registry &&
    localPath(parseLocation(config.registry.value, "registry").location);
  return path === undefined ? undefined : directoryListing(path, fs);
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
