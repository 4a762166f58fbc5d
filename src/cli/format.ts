import { format as bytes } from "@std/fmt/bytes";
import { format as duration } from "@std/fmt/duration";

/** Decimal units: `51.2 kB`, `44 MB`. */
export function formatBytes(count: number): string {
  return bytes(count);
}

/** `2026-11-20 10:00`, UTC. */
export function formatMinute(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace("T", " ");
}

/** `830ms`, `2s 410ms`, `3m 20s`. */
export function formatMs(ms: number): string {
  return duration(Math.round(ms), { ignoreZero: true }) || "0ms";
}
