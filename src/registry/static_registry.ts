import type { AppId } from "../model/app_id.ts";
import { type Content, type Fetcher, type FetchOptions, readAll } from "../model/content.ts";
import { type ReleaseDigest, type Sha256, shortDigest } from "../model/digest.ts";
import { EdgebootError } from "../model/errors.ts";
import { LARGEST_DOCUMENT_BYTES } from "../model/patience.ts";
import type { Layer } from "../model/release.ts";
import { below, display, identity, type Location, resolveLocation } from "../model/location.ts";
import { refLocation } from "./places.ts";
import { fetchOptions, type LayerOptions, type LayerSource } from "./registry.ts";
import type { Registry, ReleaseOptions, Resolution } from "./registry.ts";
import type { Listing } from "./listing.ts";

/** `apps/<app>/<ref>.json` and `blobs/sha256/<hex>` below a directory or an HTTP address. */
export class StaticRegistry implements Registry {
  readonly location: Location;

  constructor(
    /** with the query that every request carries */
    private readonly base: Location,
    private readonly fetcher: Fetcher,
    private readonly listing: Listing | undefined,
  ) {
    this.location = identity(base);
  }

  async resolve(app: AppId, name: string, options?: FetchOptions): Promise<Resolution> {
    const location = refLocation(this.base, app, name);
    const fetched = await this.fetcher.fetch(location, { ...options, document: true });
    if (fetched.kind === "absent") {
      const { unknownRelease } = await import("./unknown_release.ts");
      throw unknownRelease(this.location, this.listing, { app, name, location });
    }
    if (fetched.kind === "unchanged") return fetched;
    return await found(fetched, location);
  }

  async release(
    app: AppId,
    digest: ReleaseDigest,
    { version, ...options }: ReleaseOptions = {},
  ): Promise<Resolution> {
    const location = this.#blob(digest);
    const places = [location, ...version ? [refLocation(this.base, app, version)] : []];
    for (const place of places) {
      const fetched = await this.fetcher.fetch(place, { ...options, document: true });
      if (fetched.kind === "content") return await found(fetched, place);
    }
    throw new EdgebootError("REF_UNKNOWN", {
      what: `no release ${app}@sha256:${shortDigest(digest)}… in ${display(this.location)}`,
      why: `there is no ${places.map(display).join(" and no ")}`,
      next: "check the digest; releases that are started by digest are stored as blobs too",
    }, { facts: { app, digest, url: display(location) } });
  }

  async layer(app: AppId, layer: Layer, options: LayerOptions = {}): Promise<LayerSource> {
    const location = this.#layerLocation(app, layer);
    const origin = display(location);
    // `blobs/sha256/<hex>` is the same content wherever it is; any other address only by its validator.
    const immutable = layer.url === undefined;
    const fetched = await this.fetcher.fetch(location, fetchOptions(options, origin, immutable));
    if (fetched.kind === "content") return { content: fetched, origin };
    throw new EdgebootError("BLOB_MISSING", {
      what: `layer ${shortDigest(layer.sha256)} cannot be fetched`,
      why: `there is no ${origin}`,
      next: "upload the layer to that place, or correct the release that names it",
    }, { facts: { digest: layer.sha256, url: origin } });
  }

  layerOrigin(app: AppId, layer: Layer): string {
    return display(this.#layerLocation(app, layer));
  }

  #blob(digest: Sha256): Location {
    return below(this.base, `blobs/sha256/${digest}`);
  }

  #layerLocation(app: AppId, layer: Layer): Location {
    if (layer.url === undefined) return this.#blob(layer.sha256);
    const location = resolveLocation(layer.url, below(this.base, `apps/${app}/release.json`));
    if (location !== undefined) return location;
    throw new EdgebootError("RELEASE_INVALID", {
      what: `layer ${shortDigest(layer.sha256)} has an unusable url`,
      // Not repeated: what cannot be parsed may hold a password anywhere.
      why: "it is no http(s) URL, or a local file named by a release that came over the network",
      next: "give an absolute http(s) URL, or one relative to the release file",
    }, { facts: { digest: layer.sha256 } });
  }
}

async function found(content: Content, location: Location): Promise<Resolution> {
  let bytes: Uint8Array;
  const { encoding } = content;
  try {
    bytes = await readAll(content, LARGEST_DOCUMENT_BYTES);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw notARelease(location, `it has ${error.message}`);
  }
  // The word alone does no harm: servers call files `utf-8` that way, or what ends in .gz `gzip`.
  if (encoding !== undefined && bytes[0] !== OPENING_BRACE) {
    throw notARelease(
      location,
      `it came with Content-Encoding: ${encoding}, although it was asked for as it is`,
      "make the server send releases as they are stored, without Content-Encoding",
    );
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw notARelease(location, "it is not UTF-8 (RFC 8259, 8.1)");
  }
  return { kind: "found", text, location, validator: content.validator };
}

const OPENING_BRACE = 0x7b;

function notARelease(
  location: Location,
  why: string,
  next = "check what the server sends for this address, for example with curl",
): EdgebootError {
  return new EdgebootError("RELEASE_INVALID", {
    what: `${display(location)} is not a valid release`,
    why,
    next,
  }, { facts: { url: display(location) } });
}
