/**
 * How long to wait for a server: all the numbers, in one place. `edgeboot help registry` prints this table, and
 * the transport lives by it.
 */
export interface Patience {
  /** In a row without progress; see {@link isProgress}. */
  readonly attempts: number;
  /** For name, connection, TLS, redirects and headers together, milliseconds. */
  readonly answerMs: number;
  /** Without a byte of a body; and the span over which {@link LEAST_BYTES_PER_SECOND} are counted. */
  readonly idleMs: number;
  /** For a document with all its attempts and the waits between them. */
  readonly documentMs: number;
}

export type PatienceName = "patient" | "brief" | "eager";

/**
 * "eager" (is there a new release?) and "brief" (its layers) have a release that runs to fall back on: a
 * start waits at most 3 s for a dead registry's answer and 5 s for all of a small document, or some 11 s for
 * a layer's first byte; a layer that keeps coming may take its time.
 */
export const PATIENCE: Readonly<Record<PatienceName, Patience>> = {
  patient: { attempts: 4, answerMs: 15_000, idleMs: 20_000, documentMs: 90_000 },
  brief: { attempts: 2, answerMs: 5_000, idleMs: 10_000, documentMs: 30_000 },
  eager: { attempts: 1, answerMs: 3_000, idleMs: 5_000, documentMs: 5_000 },
};

/**
 * For the question whether a channel still stands for what it did, of a start that was planned. Without an answer
 * by then it is asked once more, with all the patience above.
 */
export const QUICK_ANSWER_MS = 500;

/** A body that arrives more slowly than this is given up, like one that does not arrive at all. */
export const LEAST_BYTES_PER_SECOND = 1024;

/** How often a transfer that made progress may begin anew, where a server cannot continue it. */
export const MOST_RESTARTS = 10;

/** A server may ask for a longer pause than ours; a start does not wait for longer than this. */
export const LONGEST_RETRY_AFTER_MS = 20_000;

export const MOST_REDIRECTS = 5;

/** A release with a thousand layers and every field is under 1 MiB. */
export const LARGEST_DOCUMENT_BYTES = 4 * 1024 * 1024;

/**
 * Whether an attempt that broke off was worth it: a tenth of the whole, or 64 KiB. A byte and then a reset,
 * again and again, has to come to an end.
 * @param bytes that this attempt brought
 * @param total of the whole, where the server says
 */
export function isProgress(bytes: number, total: number | undefined): boolean {
  return bytes >= (total === undefined ? 1024 : Math.max(1, Math.min(64 * 1024, total / 10)));
}
