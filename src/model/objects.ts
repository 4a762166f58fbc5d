import type { Location } from "./location.ts";

/**
 * A place that keeps bytes under names, and can be written: a directory, a server that takes PUT, a bucket.
 * A registry's layout is above it (`registry/publisher.ts`), how it is reached below (`transport/objects`).
 * Keys are paths below the registry: `apps/hello/stable.json`. Every write is whole or not at all.
 *
 * @throws EdgebootError REGISTRY_DENIED, PERMISSION_DENIED (77), REGISTRY_UNREACHABLE (69),
 * REGISTRY_UNSUPPORTED (78), DISK_FULL, IO (74), LOCK_TIMEOUT (75)
 */
export interface Objects {
  /** For messages, without credentials and query. */
  readonly location: Location;
  /** A small document; undefined where there is none. */
  read(key: string): Promise<Stored | undefined>;
  /**
   * What is there, undefined where nothing is. Where a place can be collected, it counts as new from now on:
   * who has seen it may name it.
   */
  keep(key: string): Promise<Kept | undefined>;
  /** For what its key names for ever: whoever writes it last, it is the same. */
  put(key: string, content: Outgoing): Promise<void>;
  /** Writes what is not there yet. False: somebody was faster. */
  create(key: string, text: string): Promise<boolean>;
  /** Writes in place of exactly what was read. False: somebody was faster. */
  replace(key: string, text: string, was: Stored): Promise<boolean>;
  /** Whether {@link create} and {@link replace} are one step there; else they write, and read back. */
  readonly isAtomic: boolean;
  /**
   * Finds out whether they are, by a document that is there and never changes.
   */
  learn(key: string, text: string): Promise<void>;
  /** Keeps collectors out while there are writers, and the other way round, until it is disposed of. */
  hold(who: "writer" | "collector"): Promise<Disposable>;
  /** Absent where nobody can say what there is. */
  readonly contents?: Contents;
}

/** A document as it was read: what `replace` replaces. */
export interface Stored {
  readonly text: string;
  /** Of HTTP, where the server has one that can be compared (RFC 9110, 8.8.3.2). */
  readonly etag: string | undefined;
}

export interface Kept {
  /** bytes; undefined where the other side does not say */
  readonly size: number | undefined;
  /** when it was written, milliseconds since the epoch, where the other side says */
  readonly modifiedMs?: number;
}

export interface Contents {
  /** All keys below a prefix that ends with a slash, in no order. */
  list(prefix: string): AsyncIterable<Listed>;
  /** Nothing happens where it is not there any more. */
  remove(key: string): Promise<void>;
}

export interface Listed {
  readonly key: string;
  /** bytes */
  readonly size: number;
  /** when it was written or kept, milliseconds since the epoch */
  readonly modifiedMs: number;
}

/** Bytes on their way out. */
export interface Outgoing {
  /** bytes */
  readonly size: number;
  /**
   * All of them, from the first on, each time: an attempt may break. Ends with an error, before the last chunk,
   * where they are not what they should be.
   */
  chunks(): AsyncIterable<Uint8Array>;
}

/** A text as {@link Outgoing}. */
export function outgoingText(text: string): Outgoing {
  const bytes = new TextEncoder().encode(text);
  return {
    size: bytes.length,
    async *chunks() {
      yield bytes;
    },
  };
}
