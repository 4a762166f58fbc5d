import { crc32, deflateRawSync } from "node:zlib";
import { concat } from "./collect.ts";

/** The fields of a header, each of which a test may set to a lie. */
export interface HeaderFields {
  versionNeeded: number;
  flags: number;
  method: number;
  crc: number;
  packedSize: number;
  size: number;
  name: Uint8Array;
  extra: Uint8Array;
}

export interface CentralFields extends HeaderFields {
  madeBy: number;
  disk: number;
  external: number;
  offset: number;
  comment: Uint8Array;
}

export interface EntrySpec {
  readonly name: string;
  readonly content?: string | Uint8Array;
  readonly deflate?: boolean;
  /** Packed bytes in place of what `content` packs to. */
  readonly packed?: Uint8Array;
  /** st_mode; sets the host to Unix. */
  readonly mode?: number;
  readonly flags?: number;
  readonly extra?: Uint8Array;
  /** Sets bit 3, zeroes the local numbers, and appends it. */
  readonly descriptor?: "32" | "64" | "32 unsigned" | "64 unsigned" | Uint8Array;
  readonly local?: Partial<HeaderFields>;
  readonly central?: Partial<CentralFields>;
  /** Bytes behind the entry that belong to nothing. */
  readonly after?: Uint8Array;
}

export interface EndFields {
  disk: number;
  directoryDisk: number;
  entriesHere: number;
  entries: number;
  directorySize: number;
  directoryOffset: number;
  comment: Uint8Array;
}

export interface ZipSpec {
  readonly entries: readonly EntrySpec[];
  readonly prefix?: Uint8Array;
  /** Offsets count from the start of the archive, not of the file. */
  readonly relative?: boolean;
  readonly beforeEnd?: Uint8Array;
  readonly end?: Partial<EndFields>;
  /** Writes zip64 end records; with overrides of their fields. */
  readonly zip64?: {
    readonly end?: Partial<EndFields & { length: number }>;
    readonly locator?: Partial<{ disk: number; offset: number; disks: number }>;
    /** Behind the fixed part of the zip64 end record. */
    readonly sector?: Uint8Array;
  };
  readonly suffix?: Uint8Array;
}

export const text = (string: string): Uint8Array => new TextEncoder().encode(string);
export const NOTHING = new Uint8Array(0);

export const HELLO: EntrySpec = { name: "a.txt", content: "hello hello hello", deflate: true };
export const MiB = 1024 * 1024;

/** Bytes that neither repeat nor compress to nothing. */
export function noise(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0, state = 1; at < length; at++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[at] = (state >>> 16) & 0x3f;
  }
  return bytes;
}

/** Little-endian numbers in a row: `[width, value]`. */
export function pack(...numbers: (readonly [2 | 4 | 8, number])[]): Uint8Array {
  const bytes = new Uint8Array(numbers.reduce((sum, [width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [width, value] of numbers) {
    if (width === 2) view.setUint16(at, value, true);
    else if (width === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += width;
  }
  return bytes;
}

export function extraField(id: number, payload: Uint8Array): Uint8Array {
  return concat([pack([2, id], [2, payload.length]), payload]);
}

/** An Info-ZIP Unicode path field for `headerName`. */
export function unicodePath(headerName: Uint8Array, name: Uint8Array): Uint8Array {
  return extraField(0x7075, concat([new Uint8Array([1]), pack([4, crc32(headerName)]), name]));
}

/** A zip as the specification wants it, but for what the test asks to be otherwise. */
export function buildZip(spec: ZipSpec): Uint8Array {
  const prefix = spec.prefix ?? NOTHING;
  const base = spec.relative ? prefix.length : 0;
  const parts: Uint8Array[] = [prefix];
  let at = prefix.length;
  const append = (bytes: Uint8Array) => {
    parts.push(bytes);
    at += bytes.length;
  };
  const records: Uint8Array[] = [];
  for (const entry of spec.entries) {
    const built = buildEntry(entry, at - base);
    records.push(built.central);
    append(built.local);
  }
  const directoryStart = at;
  for (const record of records) append(record);
  const fields: EndFields = {
    disk: 0,
    directoryDisk: 0,
    entriesHere: spec.entries.length,
    entries: spec.entries.length,
    directorySize: at - directoryStart,
    directoryOffset: directoryStart - base,
    comment: NOTHING,
  };
  append(spec.beforeEnd ?? NOTHING);
  if (spec.zip64 !== undefined) append(zip64End(spec.zip64, fields, at - base));
  append(end({ ...fields, ...spec.end }));
  append(spec.suffix ?? NOTHING);
  return concat(parts);
}

function buildEntry(spec: EntrySpec, offset: number): { local: Uint8Array; central: Uint8Array } {
  const content = typeof spec.content === "string" ? text(spec.content) : spec.content ?? NOTHING;
  const packed = spec.packed ?? (spec.deflate ? new Uint8Array(deflateRawSync(content)) : content);
  const described = spec.descriptor !== undefined;
  const ascii = text(spec.name).every((byte) => byte < 0x80);
  const fields: HeaderFields = {
    versionNeeded: 20,
    flags: spec.flags ?? ((ascii ? 0 : 1 << 11) | (described ? 1 << 3 : 0)),
    method: spec.deflate ? 8 : 0,
    crc: crc32(content),
    packedSize: packed.length,
    size: content.length,
    name: text(spec.name),
    extra: spec.extra ?? NOTHING,
  };
  const central: CentralFields = {
    ...fields,
    madeBy: (spec.mode === undefined ? 0 : 3) << 8 | 20,
    disk: 0,
    external: spec.mode === undefined ? 0 : spec.mode * 0x10000,
    offset,
    comment: NOTHING,
    ...spec.central,
  };
  const zeroed = described ? { crc: 0, packedSize: 0, size: 0 } : {};
  return {
    local: concat([
      localHeader({ ...fields, ...zeroed, ...spec.local }),
      packed,
      descriptorOf(spec.descriptor, fields),
      spec.after ?? NOTHING,
    ]),
    central: centralHeader(central),
  };
}

function localHeader(f: HeaderFields): Uint8Array {
  return concat([
    pack([4, 0x04034b50], [2, f.versionNeeded], [2, f.flags], [2, f.method], [4, 0x00210000]),
    pack([4, f.crc], [4, f.packedSize], [4, f.size], [2, f.name.length], [2, f.extra.length]),
    f.name,
    f.extra,
  ]);
}

function centralHeader(f: CentralFields): Uint8Array {
  return concat([
    pack([4, 0x02014b50], [2, f.madeBy], [2, f.versionNeeded], [2, f.flags], [2, f.method]),
    pack([4, 0x00210000], [4, f.crc], [4, f.packedSize], [4, f.size], [2, f.name.length]),
    pack([2, f.extra.length], [2, f.comment.length], [2, f.disk], [2, 0], [4, f.external]),
    pack([4, f.offset]),
    f.name,
    f.extra,
    f.comment,
  ]);
}

function descriptorOf(kind: EntrySpec["descriptor"], f: HeaderFields): Uint8Array {
  if (kind === undefined) return NOTHING;
  if (kind instanceof Uint8Array) return kind;
  const width = kind.startsWith("64") ? 8 : 4;
  const signature = kind.endsWith("unsigned") ? NOTHING : pack([4, 0x08074b50]);
  return concat([signature, pack([4, f.crc], [width, f.packedSize], [width, f.size])]);
}

function zip64End(zip64: NonNullable<ZipSpec["zip64"]>, fields: EndFields, at: number): Uint8Array {
  const sector = zip64.sector ?? NOTHING;
  const f = { ...fields, length: 44 + sector.length, ...zip64.end };
  const locator = { disk: 0, offset: at, disks: 1, ...zip64.locator };
  return concat([
    pack([4, 0x06064b50], [8, f.length], [2, 45], [2, 45], [4, f.disk], [4, f.directoryDisk]),
    pack([8, f.entriesHere], [8, f.entries], [8, f.directorySize], [8, f.directoryOffset]),
    sector,
    pack([4, 0x07064b50], [4, locator.disk], [8, locator.offset], [4, locator.disks]),
  ]);
}

function end(f: EndFields): Uint8Array {
  return concat([
    pack([4, 0x06054b50], [2, f.disk], [2, f.directoryDisk], [2, f.entriesHere], [2, f.entries]),
    pack([4, f.directorySize], [4, f.directoryOffset], [2, f.comment.length]),
    f.comment,
  ]);
}
