import { EdgebootError } from "../../model/errors.ts";
import { display } from "../../model/location.ts";
import type { Layer } from "../../model/release.ts";
import { fetchOptions, type LayerOptions, type LayerSource } from "../../registry/registry.ts";
import type { Context } from "../context.ts";
import { bundleNotCached, notCached } from "../start/offline.ts";
import type { LayersFrom } from "../start/resolved_release.ts";

type Sources = Pick<Context, "config" | "cacheRoot" | "registry" | "fetcher">;

/**
 * Begins to fetch a layer from where its release says that it is.
 * @throws EdgebootError of the registry and the transport; OFFLINE, BLOB_MISSING (69)
 */
export async function openLayer(
  layer: Layer,
  from: LayersFrom,
  options: LayerOptions,
  sources: Sources,
): Promise<LayerSource> {
  refuseOffline(from, sources);
  if (from.kind === "registry") {
    const { appRef, patience } = from;
    return await sources.registry().layer(appRef.app, layer, { patience, ...options });
  }
  const origin = display(from.location);
  const fetched = await sources.fetcher.fetch(
    from.location,
    fetchOptions(options, origin, false),
  );
  if (fetched.kind === "content") return { content: fetched, origin };
  throw new EdgebootError("BLOB_MISSING", {
    what: `cannot fetch the bundle ${origin}`,
    why: "there is nothing at that address",
    next: "check --bundle",
  }, { facts: { url: origin } });
}

/** For messages; contacts nothing. Throws where {@link openLayer} would without contacting. */
export function layerOrigin(layer: Layer, from: LayersFrom, sources: Sources): string {
  if (from.kind === "bundle") return display(from.location);
  refuseOffline(from, sources);
  return sources.registry().layerOrigin(from.appRef.app, layer);
}

function refuseOffline(
  from: LayersFrom,
  { config, cacheRoot }: Pick<Sources, "config" | "cacheRoot">,
): void {
  if (!config.offline) return;
  throw from.kind === "registry"
    ? notCached(from.appRef, { cacheRoot })
    : bundleNotCached(display(from.location));
}
