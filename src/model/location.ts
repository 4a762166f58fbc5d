import { EdgebootError } from "./errors.ts";

declare const brand: unique symbol;

/**
 * Where a static tree or one file is: `file:///…`, `http://…`, `https://…` or `s3://bucket/…`, without credentials.
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
  "oci:": "OCI registries are not read by this version",
};

/**
 * Parses what a person typed for a registry or a bundle: an absolute path or a URL. A relative path
 * is accepted where `base`, an absolute directory, is given.
 *
 * A text that cannot be parsed may hold a password at any place, so no message repeats it.
 * @param what what it is for, and where it came from: `registry (EDGEBOOT_REGISTRY)`
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
  if (scheme === "s3:") return { location: fromBucket(text, what), credentials: undefined };
  if (scheme !== "http:" && scheme !== "https:" && scheme !== "file:") {
    throw invalid(what, "its scheme is not one of https, http, s3, file");
  }
  return fromUrl(text, what);
}

/** `reg`, `./reg`, `../team.d/reg`; a name with a dot may be a host whose scheme was forgotten. */
const RELATIVE = /^(?:\.{1,2}(?:\/|$)|[\w-]+(?:\/[^:@]*)?$)/;

/** A relative path that a person typed, from the directory they are in; anything else as it is. */
export function typedHere(text: string, directory: () => string): string {
  return RELATIVE.test(text) ? absolutePath(text, directory) : text;
}

/** A path, from a directory where it is relative, without `.`, `..` and doubled slashes. */
export function absolutePath(path: string, directory: () => string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${directory()}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** Where a file of this machine is. @param path absolute */
export function fileLocation(path: string): Location {
  return `file://${path.split("/").map(encodeURIComponent).join("/")}` as Location;
}

/** Resolves `reference`, absolute or relative, against a location; undefined where it is no URL. */
export function resolveLocation(reference: string, against: Location): Location | undefined {
  try {
    const url = new URL(reference, against);
    if (!["http:", "https:", "s3:", "file:"].includes(url.protocol)) return undefined;
    // Nor use our credentials on buckets that we did not name.
    if (url.protocol === "s3:" && !against.startsWith("s3:")) return undefined;
    // A release that came over the network must not make edgeboot read local files.
    if (url.protocol === "file:" && !against.startsWith("file:")) return undefined;
    url.username = url.password = url.hash = "";
    // A path that is not UTF-8 in percent-encoding cannot be opened; better found out here than later.
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

/**
 * Which registry this is, in the cache and in messages: without the query, which may hold a signature
 * that changes from day to day.
 */
export function identity(location: Location): Location {
  return location.replace(/\?.*/, "") as Location;
}

/** For messages: a local location reads as its path; the query of a URL may hold a signature. */
export function display(location: string): string {
  return localPath(location) ?? location.replace(/\?.*/, "?…");
}

const NOT_SHOWN = "(not shown: it cannot be parsed)";

/** For people, of a setting as it was typed: what was parsed, without its secrets, or a word in its place. */
export function displayTyped(text: string, base?: string): string {
  try {
    const { location, credentials } = parseLocation(text, "location", base);
    const shown = display(location);
    return credentials === undefined ? shown : shown.replace("://", "://(secret)@");
  } catch {
    return NOT_SHOWN;
  }
}

/** For people, of any text that may be a URL of any scheme: without credentials and query. */
export function displayValue(text: string): string {
  if (!URL.canParse(text)) return /:[^]*@/.test(text) ? NOT_SHOWN : text;
  const url = new URL(text);
  const secret = url.username !== "" || url.password !== "" || url.search !== "";
  // An address such as `mailto:a@b` has no place for credentials that could be told from the rest.
  if (!secret) return url.host === "" && text.includes("@") ? `${url.protocol}…` : text;
  const who = url.username === "" && url.password === "" ? "" : "(secret)@";
  return `${url.protocol}//${who}${url.host}${url.pathname}${url.search === "" ? "" : "?…"}`;
}

/**
 * Mistyped URLs: `http:/user:password@host`, `user:password@host/path`, `https//user:password@host`. RFC 3986,
 * 4.2: a relative path whose first segment has a colon reads as a scheme, and `./` before it tells them apart.
 */
const URL_LIKE = /^(?:\/\/|(?!\/|\.{1,2}\/)[^]*[:@])/;

function fromPath(text: string, what: string, base: string | undefined): Location {
  if (text.includes("\0") || text === "") throw invalid(what, "it is not a path");
  if (URL_LIKE.test(text) || (!text.startsWith("/") && base === undefined)) {
    throw invalid(what, "it is neither a URL nor a path");
  }
  return fileLocation(text.startsWith("/") ? text : `${base}/${text}`);
}

function fromUrl(text: string, what: string): ParsedLocation {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalid(what, "it is not a URL");
  }
  const { protocol, username, password } = url;
  if (protocol === "file:" && url.host !== "" && url.host !== "localhost") {
    throw invalid(what, "a file URL has three slashes: file:///path");
  }
  if (protocol === "file:") url.host = "";
  const anonymous = username === "" && password === "";
  if (protocol !== "file:" && anonymous && url.pathname.includes("@")) {
    throw invalid(
      what,
      "a / in user or password ends the host, and what follows is taken for a path with an @",
      "write %2F for a / in user or password, and %40 for an @ in the path",
    );
  }
  try {
    const credentials = anonymous ? undefined : {
      username: decodeURIComponent(username),
      password: decodeURIComponent(password),
    };
    url.username = url.password = url.hash = "";
    localPath(url.href);
    return { location: url.href as Location, credentials };
  } catch {
    throw invalid(what, "its percent-encoding is not that of UTF-8 text");
  }
}

/** Of S3 in general: dots, and what is older than the rules of today, are allowed. */
const BUCKET = /^s3:\/\/[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9](?:\/|$)/i;

function fromBucket(text: string, what: string): Location {
  if (!BUCKET.test(text) || /[?#@]|%(?![0-9a-f]{2})/i.test(text) || !isUtf8(text)) {
    throw invalid(
      what,
      "it is not s3://BUCKET/PREFIX",
      "name the bucket and a prefix in it; credentials, region and endpoint are those of AWS_… variables or a " +
        "profile (`edgeboot help s3`)",
    );
  }
  const url = new URL(text);
  return `s3://${url.host}${url.pathname.replace(/\/+$/, "")}` as Location;
}

/** In percent-encoding. */
function isUtf8(text: string): boolean {
  try {
    return decodeURIComponent(text) !== "";
  } catch {
    return false;
  }
}

const FORMS =
  "give https://host/path, http://host/path, s3://bucket/prefix, file:///path or /absolute/path; " +
  "on the command line also a relative path, with ./ before it";

function invalid(what: string, why: string, next = FORMS): EdgebootError {
  const unseen = "it is not shown, as it may hold a password";
  return new EdgebootError("CONFIG_INVALID", {
    what: `not a usable ${what}`,
    why: `${why}; ${unseen}`,
    next,
  });
}
