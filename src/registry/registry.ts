import type { AppId } from "../model/app_id.ts";
import type { Content, FetchOptions, Resume } from "../model/content.ts";
import type { ReleaseDigest } from "../model/digest.ts";
import type { Layer } from "../model/release.ts";
import type { Location } from "../model/location.ts";

/** A release or channel document as the registry has it; not yet verified, not yet parsed. */
export type Resolution =
  | {
    readonly kind: "found";
    readonly text: string;
    /** for messages */
    readonly location: Location;
    readonly validator: string | undefined;
  }
  /** Only where a validator was sent. */
  | { readonly kind: "unchanged" };

/**
 * Where app IDs resolve. Implementations promise: a name that does not exist is APP_UNKNOWN or
 * REF_UNKNOWN (78), a digest without its bytes BLOB_MISSING (69), a registry that does not answer
 * REGISTRY_UNREACHABLE (69), one that refuses REGISTRY_DENIED (77). Nothing is cached here.
 */
export interface Registry {
  /** Identity of the registry in the cache and in messages; without credentials and query. */
  readonly location: Location;
  resolve(app: AppId, name: string, options?: FetchOptions): Promise<Resolution>;
  /** The release with this digest; the caller verifies. */
  release(app: AppId, digest: ReleaseDigest, options?: ReleaseOptions): Promise<Resolution>;
  /** A relative `url` is relative to the releases of the app. */
  layer(app: AppId, layer: Layer, options?: LayerOptions): Promise<LayerSource>;
  /** Where {@link layer} would fetch it from, without credentials; contacts nothing. */
  layerOrigin(app: AppId, layer: Layer): string;
}

export interface ReleaseOptions extends FetchOptions {
  /** Of the release, where that is known: it may lie there alone. */
  readonly version?: string;
}

export interface LayerOptions extends Pick<FetchOptions, "patience"> {
  /** What an earlier attempt has left, and what {@link LayerSource.origin} was then. */
  readonly partial?: Omit<Resume, "immutable"> & { readonly url: string };
}

export interface LayerSource {
  readonly content: Content;
  /** for messages; without credentials */
  readonly origin: string;
}

/** Continues a partial download only from the address that it came from, or from any of a digest. */
export function fetchOptions(
  { patience, partial }: LayerOptions,
  origin: string,
  immutable: boolean,
): FetchOptions {
  const usable = partial !== undefined && (immutable || partial.url === origin);
  return {
    ...(patience === undefined ? {} : { patience }),
    ...(usable ? { resume: { ...partial, immutable } } : {}),
  };
}
