/**
 * How long to try. "eager" (is there a new release?) and "brief" (its layers) have a release that runs to
 * fall back on: a start waits at most 3 s for a dead registry's answer and 5 s for all of a small document,
 * or some 11 s for a layer's first byte; a layer that keeps coming may take its time.
 */
export const PATIENCE = {
  patient: { attempts: 4, headersMs: 15_000, stallMs: 30_000, wholeMs: Infinity },
  brief: { attempts: 2, headersMs: 5_000, stallMs: 10_000, wholeMs: Infinity },
  eager: { attempts: 1, headersMs: 3_000, stallMs: 5_000, wholeMs: 5_000 },
} as const;

/** Statuses that a later attempt may not meet again (RFC 9110, 15.5.9 and 15.6; RFC 6585, 4). */
export function isTransient(status: number): boolean {
  return status === 408 || status === 429 || status === 500 || (status >= 502 && status <= 504);
}

/** 200 ms, 600 ms, 1.8 s, each with up to half as much again: a fleet must not retry in step. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  return 200 * 3 ** (attempt - 1) * (1 + random() / 2);
}

const LONGEST_RETRY_AFTER_MS = 20_000;

/** `Retry-After` in seconds (RFC 9110, 10.2.3), at most 20 s; its date form is not worth a clock. */
export function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d{1,9}$/.test(header)) return undefined;
  return Math.min(Number(header) * 1000, LONGEST_RETRY_AFTER_MS);
}
