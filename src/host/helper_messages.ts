import { EdgebootError, type ErrorCode, type ErrorFacts, type ErrorText } from "../model/errors.ts";
import { type Errno, FsError } from "./ports.ts";
import type { SharedSource } from "./shared_source.ts";

/** How many messages a helper may be ahead of the thread that takes them. */
export const MOST_AHEAD = 8;
/** Contents that go with one message. */
export const SLOT_BYTES = 512 * 1024;

export interface HelperRequest {
  readonly request: unknown;
  /** One Int32: messages consumed so far; the helper sleeps on it (futex) when it is too far ahead. */
  readonly taken: SharedArrayBuffer;
  /**
   * {@link MOST_AHEAD} slots for contents: message n uses slot n modulo that number until it is consumed.
   * Shared memory, because buffers that are posted are allocated, cleared and freed each time.
   */
  readonly slots: SharedArrayBuffer;
  readonly source: SharedSource;
}

export type HelperMessage =
  | { readonly kind: "message"; readonly value: unknown }
  /** Something of the source is wanted. */
  | { readonly kind: "look" }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly failure: Failure };

/** Errors lose their class when they are cloned; this is what is kept of them. */
export type Failure =
  | {
    readonly kind: "edgeboot";
    readonly code: ErrorCode;
    readonly text: ErrorText;
    readonly facts: ErrorFacts;
    readonly cause: string | undefined;
  }
  | {
    readonly kind: "fs";
    readonly errno: Errno;
    readonly operation: string;
    readonly path: string;
    readonly cause: string;
  }
  | { readonly kind: "other"; readonly message: string };

/** Keeps what is needed to rebuild an error on another thread. */
export function packError(error: unknown): Failure {
  if (error instanceof EdgebootError) {
    const { code, text, facts } = error;
    return { kind: "edgeboot", code, text, facts, cause: messageOf(error.cause) };
  }
  if (error instanceof FsError) {
    const { errno, operation, path } = error;
    return { kind: "fs", errno, operation, path, cause: messageOf(error.cause) ?? error.message };
  }
  return { kind: "other", message: messageOf(error) ?? "unknown" };
}

/** Rebuilds the error of another thread in its own class. */
export function unpackError(failure: Failure): Error {
  switch (failure.kind) {
    case "edgeboot": {
      const { code, text, facts, cause } = failure;
      return new EdgebootError(code, text, {
        facts,
        ...(cause === undefined ? {} : { cause: new Error(cause) }),
      });
    }
    case "fs": {
      const { errno, operation, path, cause } = failure;
      return new FsError(errno, operation, path, new Error(cause));
    }
    case "other":
      return new Error(failure.message);
  }
}

function messageOf(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  return error instanceof Error ? error.message : String(error);
}
