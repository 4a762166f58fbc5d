import type { FileTime } from "../../host/ports.ts";
import { showName } from "../refuse.ts";
import { checkAsiUnix } from "./attributes.ts";
import { sameBytes, SIGNATURE, u16, u32, u64 } from "./bytes.ts";
import { LOCAL_HEADER_BYTES, type PlacedEntry } from "./directory.ts";
import { nameForMessages } from "./entry_name.ts";
import { type ExtraFields, parseExtra, resolveZip64 } from "./extra.ts";
import { refuse } from "./refusal.ts";
import type { ZipRuleName } from "./rules.ts";
import type { ReadWindow } from "./window.ts";

const DESCRIPTOR_FLAG = 1 << 3;

/** Where an entry's data lies, bytes from the start of the file. */
export interface DataRange {
  readonly start: number;
  readonly end: number;
  /** Whether bytes up to the entry's end have to be a data descriptor. */
  readonly described: boolean;
  /** Out of the local header's extra fields, where they have one. */
  readonly modified: FileTime | undefined;
}

/**
 * Proves that the local header says what the central directory says. Times are not compared: some
 * writers round them differently, and they change nothing that is read.
 * @throws EdgebootError ARCHIVE_BROKEN
 */
export function checkLocalHeader(window: ReadWindow, placed: PlacedEntry): DataRange {
  const { central } = placed;
  const entry = central.name;
  const fixed = window.bytes(placed.start, LOCAL_HEADER_BYTES);
  if (u32(fixed, 0) !== SIGNATURE.localHeader) {
    refuse("zip-local-missing", { entry, detail: `no local header at byte ${placed.start}` });
  }
  const nameLength = u16(fixed, 26);
  const length = LOCAL_HEADER_BYTES + nameLength + u16(fixed, 28);
  const start = placed.start + length;
  const end = start + central.packedSize;
  if (end > placed.end) {
    refuse("zip-entries-overlap", { entry, detail: `it runs ${end - placed.end} bytes too far` });
  }
  const header = window.bytes(placed.start, length);
  const nameEnd = LOCAL_HEADER_BYTES + nameLength;
  const nameBytes = header.subarray(LOCAL_HEADER_BYTES, nameEnd);
  if (!sameBytes(nameBytes, central.nameBytes)) {
    refuse("zip-local-name-differs", {
      entry,
      detail: `the local header says ${showName(nameForMessages(nameBytes))}`,
    });
  }
  const described = checkFlags(entry, u16(header, 6), central.flags);
  compare("zip-local-method-differs", entry, "method", u16(header, 8), central.method);
  const { modified } = checkNumbers(header, nameEnd, placed, described);
  return { start, end, described, modified };
}

/**
 * Bit 3 is a matter of the local header: it says that a descriptor follows the data. Some writers do
 * not repeat it in the central directory; the reverse would announce one that nobody expects.
 */
function checkFlags(entry: string, local: number, central: number): boolean {
  const differing = local ^ central;
  const localOnly = (local & DESCRIPTOR_FLAG) !== 0 ? DESCRIPTOR_FLAG : 0;
  if ((differing & ~localOnly) !== 0) {
    compare("zip-local-flags-differ", entry, "flags", local, central);
  }
  return localOnly !== 0;
}

/** CRC and sizes; zero as well where a descriptor repeats them (APPNOTE 4.4.4 bit 3). */
function checkNumbers(
  header: Uint8Array,
  nameEnd: number,
  { central }: PlacedEntry,
  described: boolean,
): ExtraFields {
  const entry = central.name;
  const fields = parseExtra(header.subarray(nameEnd), entry);
  if (
    fields.unicodePath !== undefined &&
    !sameBytes(fields.unicodePath.subarray(5), central.nameBytes)
  ) {
    refuse("zip-unicode-path-differs", { entry, detail: "the one of the local header" });
  }
  if (fields.asiUnix !== undefined) checkAsiUnix(fields.asiUnix, central.type, entry);
  const local = resolveZip64(
    { packedSize: u32(header, 18), size: u32(header, 22) },
    fields.zip64,
    entry,
  );
  const crc = u32(header, 14);
  if (!(described && crc === 0)) {
    compare("zip-local-crc-differs", entry, "CRC-32", crc, central.crc);
  }
  for (const field of ["packedSize", "size"] as const) {
    if (described && local[field] === 0) continue;
    compare("zip-local-size-differs", entry, field, local[field], central[field]);
  }
  return fields;
}

/**
 * The bytes between data and next entry must be one data descriptor that repeats the central
 * directory (APPNOTE 4.3.9), or nothing. Its four forms, with or without signature, 32 or 64 bit,
 * have four lengths, so which one it is needs no guess.
 * @throws EdgebootError ARCHIVE_BROKEN
 */
export function checkDescriptor(window: ReadWindow, placed: PlacedEntry, data: DataRange): void {
  const { central, end } = placed;
  const entry = central.name;
  const length = end - data.end;
  if (!data.described) {
    if (length === 0) return;
    refuse("zip-stray-bytes", {
      entry,
      detail: `${length} bytes between its data and what follows`,
    });
  }
  const signed = length === 16 || length === 24;
  const wide = length === 20 || length === 24;
  if (!signed && !wide && length !== 12) {
    refuse("zip-descriptor-wrong", { entry, detail: `${length} bytes follow the data` });
  }
  const descriptor = window.bytes(data.end, length);
  const at = signed ? 4 : 0;
  const agrees = (!signed || u32(descriptor, 0) === SIGNATURE.dataDescriptor) &&
    u32(descriptor, at) === central.crc &&
    number(descriptor, at + 4, wide) === central.packedSize &&
    number(descriptor, at + (wide ? 12 : 8), wide) === central.size;
  if (!agrees) {
    refuse("zip-descriptor-wrong", { entry, detail: "its numbers differ" });
  }
}

function number(bytes: Uint8Array, at: number, wide: boolean): number | undefined {
  return wide ? u64(bytes, at) : u32(bytes, at);
}

function compare(
  rule: ZipRuleName,
  entry: string,
  what: string,
  local: number | undefined,
  central: number,
): void {
  if (local === central) return;
  refuse(rule, { entry, detail: `${what} ${local} there, ${central} in the central directory` });
}
