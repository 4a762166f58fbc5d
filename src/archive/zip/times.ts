import type { FileTime } from "../../host/ports.ts";
import { EPOCH, fileTime, windowsTime } from "../times.ts";
import { u16, u32 } from "./bytes.ts";

/** The extra field of Info-ZIP, APPNOTE 4.6 "extended timestamp": flags, then times in that order. */
export const EXTENDED_TIMESTAMP = 0x5455;
/** APPNOTE 4.5.5: four reserved bytes, then attributes; number 1 has the three times of NTFS. */
export const NTFS = 0x000a;

const HAS_MODIFIED = 1;
const NTFS_TIMES = 1;

/**
 * Seconds since the epoch; undefined where the field has no such time. Signed for Info-ZIP, unsigned for
 * Go and libarchive: the same up to 2038, and unsigned beyond, as nothing was packed before 1970.
 */
export function extendedTime(field: Uint8Array): FileTime | undefined {
  if (field.length < 5 || (field[0]! & HAS_MODIFIED) === 0) return undefined;
  return fileTime(u32(field, 1));
}

/** undefined where the field has no times */
export function ntfsTime(field: Uint8Array): FileTime | undefined {
  for (let at = 4; at + 4 <= field.length; at += 4 + u16(field, at + 2)) {
    const [attribute, length] = [u16(field, at), u16(field, at + 2)];
    if (attribute !== NTFS_TIMES || length < 8 || at + 4 + length > field.length) continue;
    return windowsTime(u32(field, at + 4), u32(field, at + 8));
  }
  return undefined;
}

/**
 * The time of the plain header (APPNOTE 4.4.6): two seconds exact, from 1980 on, and in the local time of
 * whoever packed. It is read as local time here, as `unzip` and bsdtar do: right where both machines
 * have one time zone, as containers have with UTC. There is nothing in the file to know it by.
 *
 * Fields out of range (a month of 0 is common) are taken to the nearest that is none.
 */
export function dosTime(date: number, time: number): FileTime {
  const month = clamp(date >> 5 & 15, 1, 12);
  const day = clamp(date & 31, 1, 31);
  const [hours, minutes] = [clamp(time >> 11, 0, 23), clamp(time >> 5 & 63, 0, 59)];
  const seconds = clamp((time & 31) * 2, 0, 59);
  const local = new Date(1980 + (date >> 9), month - 1, day, hours, minutes, seconds);
  const sinceEpoch = Math.floor(local.getTime() / 1000);
  return Number.isNaN(sinceEpoch) ? EPOCH : fileTime(sinceEpoch);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
