import { LONGEST_RETRY_AFTER_MS } from "../model/patience.ts";

/** Statuses that a later attempt may not meet again (RFC 9110, 15.5.9 and 15.6; RFC 6585, 4). */
export function isTransient(status: number): boolean {
  return status === 408 || status === 429 || status === 500 || (status >= 502 && status <= 504);
}

/** 200 ms, 600 ms, 1.8 s, each with up to half as much again: a fleet must not retry in step. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  return 200 * 3 ** (attempt - 1) * (1 + random() / 2);
}

/**
 * `Retry-After` (RFC 9110, 10.2.3): seconds, however many, or a date, of which the server's own clock is
 * subtracted where it tells it. At most 20 s; undefined for anything else, such as a fraction.
 * @param now milliseconds since the epoch, of this machine
 */
export function retryAfterMs(
  header: string | undefined,
  date: string | undefined,
  now: number,
): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : untilDate(text, date, now);
  return ms === undefined ? undefined : Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS);
}

function untilDate(text: string, date: string | undefined, now: number): number | undefined {
  const then = httpDate(text);
  return then === undefined ? undefined : then - (httpDate(date ?? "") ?? now);
}

/** The three forms of RFC 9110, 5.6.7; that of asctime(3) names no zone and is in UTC. */
function httpDate(text: string): number | undefined {
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return undefined;
  const ms = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  return Number.isNaN(ms) ? undefined : ms;
}
