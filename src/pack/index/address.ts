import type { Credentials } from "../../model/location.ts";

/** A URL of a package index, as it may be said to others, and who we are there. */
export interface IndexAddress {
  /** without credentials and fragment */
  readonly url: string;
  readonly credentials: Credentials | undefined;
}

/** Takes the credentials out of a URL; undefined where it is none of HTTP or a file. */
export function indexAddress(text: string): IndexAddress | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!["http:", "https:", "file:"].includes(url.protocol)) return undefined;
  const credentials = credentialsOf(url);
  url.username = url.password = url.hash = "";
  return { url: url.href, credentials };
}

function credentialsOf({ username, password }: URL): Credentials | undefined {
  if (username === "" && password === "") return undefined;
  const decoded = (text: string) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  return { username: decoded(username), password: decoded(password) };
}

/**
 * What of a file's address may stand in a release, for all to read: no credentials, and nothing with a query, which
 * may be a signature.
 */
export function publicUrl(text: string): string | undefined {
  const address = indexAddress(text);
  if (address === undefined || address.url.startsWith("file:")) return undefined;
  return new URL(address.url).search === "" ? address.url : undefined;
}

/**
 * For messages: a text of another program's, without what stands before the `@` of its URLs, and behind their `?`,
 * which may be a signature.
 */
export function withoutCredentials(text: string): string {
  return text.replace(/(:\/\/)[^\s/@"']+@/g, "$1")
    .replace(/(\w:\/\/[^\s?"'`<>]+)\?[^\s"'`<>)#]*/g, "$1?…");
}
