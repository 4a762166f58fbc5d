import type { PatienceName } from "./patience.ts";

/** In place of a chunk: what came before is void, and the content starts again at its first byte. */
export const ANEW = Symbol("the content begins anew");

/** Bytes that somebody else keeps: what the transport brings, the registry names, the store takes. */
export interface Content {
  readonly kind: "content";
  /** bytes of the whole, where the other side says */
  readonly size: number | undefined;
  /** Where the first chunk begins, bytes; more than 0 only where {@link FetchOptions.resume} was given. */
  readonly offset?: number;
  /** An ETag (RFC 9110, 8.8.3), or for a file its size, mtime and inode. */
  readonly validator: string | undefined;
  /** A Content-Encoding that the server states although none was asked for; the bytes are as it sent them. */
  readonly encoding?: string;
  /** Can be read once. Chunks are only valid until the next one is asked for. */
  chunks(): AsyncIterable<Uint8Array | typeof ANEW>;
}

export type Fetched =
  | Content
  /** The validator that was sent still holds. */
  | { readonly kind: "unchanged" }
  /** 404 or 410, ENOENT: the other side is there and has no such thing. */
  | { readonly kind: "absent" };

export interface FetchOptions {
  readonly validator?: string;
  /** How long to try; "eager" and "brief" where the caller has something to fall back on. */
  readonly patience?: PatienceName;
  /** A small text that no digest vouches for: it has a total of time, and comes from one answer. */
  readonly document?: true;
  readonly resume?: Resume;
}

/**
 * Asks for only what follows `offset`. That is granted where the other side proves that it still has the same
 * content; otherwise all of it comes, as if nothing had been asked.
 */
export interface Resume {
  /** bytes that are here already */
  readonly offset: number;
  /** Of the content that they are from. */
  readonly validator: string | undefined;
  /** bytes of that content, where known */
  readonly total: number | undefined;
  /** The address names one content for ever: then an equal total is proof enough. */
  readonly immutable: boolean;
}

/** @throws EdgebootError REGISTRY_UNREACHABLE (69), REGISTRY_DENIED (77), PERMISSION_DENIED (77) */
export interface Fetcher {
  fetch(url: string, options?: FetchOptions): Promise<Fetched>;
}

/** Reads a small document whole. @throws RangeError above `limit` bytes */
export async function readAll(content: Content, limit: number): Promise<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of content.chunks()) {
    if (chunk === ANEW) {
      parts = [];
      length = 0;
      continue;
    }
    length += chunk.length;
    if (length > limit) throw new RangeError(`more than ${limit} bytes`);
    parts.push(chunk.slice());
  }
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
