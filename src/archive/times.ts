import type { FileTime } from "../host/ports.ts";

/**
 * The last second that 11 octal digits hold, in the year 2242, and all current file systems but the
 * oldest ext3 and XFS, for which the kernel clamps once more.
 */
const LAST_SECOND = 8 ** 11 - 1;

/** Also where an archive has no time or none that can be read: the same bytes make the same tree. */
export const EPOCH: FileTime = { seconds: 0, nanoseconds: 0 };

/**
 * Archives have the times of the files that they were made of, and bytecode is valid only beside a source
 * with the time that it recorded. They are worth no refusal: what is before the epoch, or too late for a
 * file system, becomes the nearest that is not.
 */
export function fileTime(seconds: number, nanoseconds = 0): FileTime {
  if (!(seconds >= 0)) return EPOCH;
  if (seconds > LAST_SECOND) return { seconds: LAST_SECOND, nanoseconds: 0 };
  return { seconds, nanoseconds };
}

/**
 * `1700000000.123456789`, as PAX records have it, to the nanosecond: a double would round 0.99999997 up
 * to the next second. Undefined where it is no such number.
 */
export function parseDecimalTime(text: string): FileTime | undefined {
  const match = /^(-?)(\d{1,20})(?:\.(\d*))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole, fraction = ""] = match;
  const nanoseconds = Number(fraction.slice(0, 9).padEnd(9, "0"));
  return fileTime(sign === "-" ? -1 : Number(whole), nanoseconds);
}

/** Of hundreds of nanoseconds since 1601, as Windows counts. */
export function windowsTime(low: number, high: number): FileTime {
  const ticks = BigInt(high) << 32n | BigInt(low);
  const sinceEpoch = ticks - 116_444_736_000_000_000n;
  if (sinceEpoch < 0n) return EPOCH;
  const ticksPerSecond = 10_000_000n;
  return fileTime(Number(sinceEpoch / ticksPerSecond), Number(sinceEpoch % ticksPerSecond) * 100);
}
