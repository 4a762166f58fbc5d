import { EdgebootError } from "./errors.ts";

declare const brand: unique symbol;

/**
 * Where a static tree or one file is: `file:///…`, `http://…` or `https://…`, without credentials.
 * Only {@link parseLocation} and {@link resolveLocation} make one.
 */
export type Location = string & { readonly [brand]: "Location" };

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface ParsedLocation {
  readonly location: Location;
  readonly credentials: Credentials | undefined;
}

const LATER: Readonly<Record<string, string>> = {
  "s3:": "object stores are read through their HTTP address in this version",
  "oci:": "OCI registries are not read by this version",
};

/**
 * Parses what a person typed for a registry or a bundle: an absolute path or a URL. A relative path
 * is accepted where `base`, an absolute directory, is given.
 * @throws EdgebootError CONFIG_INVALID or REGISTRY_UNSUPPORTED (78)
 */
export function parseLocation(text: string, what: string, base?: string): ParsedLocation {
  const scheme = /^([A-Za-z][A-Za-z0-9+]*:)\/\//.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return { location: fromPath(text, what, base), credentials: undefined };
  if (scheme in LATER) {
    throw new EdgebootError("REGISTRY_UNSUPPORTED", {
      what: `cannot use ${what} ${scheme}//…`,
      why: LATER[scheme]!,
      next: "use an https://, http:// or file:// URL, or an absolute path",
    });
  }
  if (scheme !== "http:" && scheme !== "https:" && scheme !== "file:") {
    throw invalid(what, text, `the scheme ${scheme} is not one of https, http, file`);
  }
  return fromUrl(text, what);
}

/** Resolves `reference`, absolute or relative, against a location; undefined where it is no URL. */
export function resolveLocation(reference: string, against: Location): Location | undefined {
  try {
    const url = new URL(reference, against);
    if (url.protocol !== "http:" && url.protocol !== "https:" && url.protocol !== "file:") {
      return undefined;
    }
    // A release that came over the network must not make edgeboot read local files.
    if (url.protocol === "file:" && !against.startsWith("file:")) return undefined;
    url.username = url.password = "";
    // A path that is not UTF-8 in percent-encoding cannot be opened; finding out now is not a bug later.
    localPath(url.href);
    return url.href as Location;
  } catch {
    return undefined;
  }
}

/** `location` with a path below it; `path` holds only characters that URLs and file names share. */
export function below(location: Location, path: string): Location {
  const query = location.indexOf("?");
  const trunk = query < 0 ? location : location.slice(0, query);
  const rest = query < 0 ? "" : location.slice(query);
  // The slashes of `file:///`, the root directory, belong to the scheme.
  return `${trunk.replace(/(?<=^[a-z]+:\/\/.*?)\/+$/, "")}/${
    path.replaceAll("+", "%2B")
  }${rest}` as Location;
}

/** The local path of a `file:` location, else undefined. */
export function localPath(location: string): string | undefined {
  return location.startsWith("file://") ? decodeURIComponent(location.slice(7)) : undefined;
}

/** For messages: a local location reads as its path; the query of a URL may hold a signature. */
export function display(location: string): string {
  return localPath(location) ?? location.replace(/\?.*/, "?…");
}

/** For messages about text that is no location yet: hides all between `//` and the last `@` of a host. */
export function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/]*@/, "//(secret)@");
}

function fromPath(text: string, what: string, base: string | undefined): Location {
  if (text.includes("\0") || text === "") throw invalid(what, text, "it is not a path");
  if (!text.startsWith("/") && base === undefined) {
    throw invalid(what, text, "it is neither a URL nor an absolute path");
  }
  const path = text.startsWith("/") ? text : `${base}/${text}`;
  return `file://${path.split("/").map(encodeURIComponent).join("/")}` as Location;
}

function fromUrl(text: string, what: string): ParsedLocation {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalid(what, text, "it is not a URL");
  }
  if (url.protocol === "file:" && url.host !== "" && url.host !== "localhost") {
    throw invalid(what, text, "a file URL has three slashes: file:///path");
  }
  if (url.protocol === "file:") url.host = "";
  try {
    const credentials = url.username === "" && url.password === "" ? undefined : {
      username: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
    };
    url.username = url.password = url.hash = "";
    localPath(url.href);
    return { location: url.href as Location, credentials };
  } catch {
    throw invalid(what, text, "its percent-encoding is not that of UTF-8 text");
  }
}

function invalid(what: string, text: string, why: string): EdgebootError {
  return new EdgebootError("CONFIG_INVALID", {
    what: `not a usable ${what}: ${JSON.stringify(withoutCredentials(text))}`,
    why,
    next: "give https://host/path, http://host/path, file:///path or /absolute/path",
  });
}
