import { EdgebootError } from "../../model/errors.ts";
import { tryParseAppId } from "../../model/app_id.ts";
import { nearest } from "../../model/nearest.ts";
import { type AppRef, DEFAULT_CHANNEL } from "../../model/ref.ts";
import { localPath } from "../../model/location.ts";
import { directoryListing } from "../../registry/directory_listing.ts";
import type { Context } from "../context.ts";

type Known = Pick<Context, "store" | "host" | "registry">;

/**
 * The same refusal with a near name, where an app or a ref is not known: of those that a directory
 * registry has, and of those that started here before. Loaded and looked up after the error only.
 */
export async function withSuggestion(
  error: EdgebootError,
  appRef: AppRef,
  context: Known,
): Promise<EdgebootError> {
  const near = await nearestAppRef(appRef, context);
  if (near === undefined) return error;
  const { text, code, cause, facts } = error;
  return new EdgebootError(code, { ...text, next: `did you mean ${near}? Else ${text.next}` }, {
    cause,
    facts: { ...facts, suggestion: near },
  });
}

async function nearestAppRef(
  { app, ref }: AppRef,
  context: Known,
): Promise<string | undefined> {
  if (ref.kind !== "name") return undefined;
  const known = await knownNames(context);
  const refs = known.get(app);
  if (refs !== undefined) {
    const name = await nearest(ref.name, [...refs]);
    return name === undefined || name === ref.name ? undefined : `${app}@${name}`;
  }
  const name = await nearest(app, [...known.keys()]);
  if (name === undefined) return undefined;
  const isKnown = known.get(name)!.has(ref.name);
  const found = isKnown ? ref.name : await nearest(ref.name, [...known.get(name)!]);
  return found === undefined || found === DEFAULT_CHANNEL ? name : `${name}@${found}`;
}

/** Refs by app: the registry's own, where it is a directory, and what the cache remembers of it. */
async function knownNames(
  { store, host, registry }: Known,
): Promise<Map<string, Set<string>>> {
  const { location } = registry();
  const known = new Map<string, Set<string>>();
  const add = (app: string, names: readonly string[]) =>
    known.set(app, new Set([...known.get(app) ?? [], ...names]));
  for (const ref of (await store.manager()).refs()) {
    if (ref.registry === location) add(ref.app, [ref.name]);
  }
  const path = localPath(location);
  const listing = path === undefined ? undefined : directoryListing(path, host.fs);
  for (const name of listing?.apps() ?? []) {
    const app = tryParseAppId(name);
    if (app !== undefined) add(app, listing!.refs(app) ?? []);
  }
  return known;
}
