import type { FileTime } from "../../host/ports.ts";
import { u16, u32, u64 } from "./bytes.ts";
import { refuse } from "./refusal.ts";
import { EXTENDED_TIMESTAMP, extendedTime, NTFS, ntfsTime } from "./times.ts";

/** What is used of the extra fields of one header (APPNOTE 4.5). Payloads, without ID and length. */
export interface ExtraFields {
  readonly zip64?: Uint8Array;
  readonly unicodePath?: Uint8Array;
  readonly asiUnix?: Uint8Array;
  /** The better of the times that are there. */
  readonly modified?: FileTime;
}

const NONE: ExtraFields = {};
const ZIP64 = 0x0001;
const UNICODE_PATH = 0x7075;
const ASI_UNIX = 0x756e;

/** Fields that would give an entry a second mode, link target or encryption. */
const CONFLICTING: ReadonlyMap<number, string> = new Map([
  [0x0017, "strong encryption"],
  [0x9901, "AES encryption"],
]);

/** Splits the extra fields, which must fill `bytes` exactly. Unknown ones carry no meaning here. */
export function parseExtra(bytes: Uint8Array, entry: string): ExtraFields {
  if (bytes.length === 0) return NONE;
  const found: { -readonly [Field in keyof ExtraFields]: ExtraFields[Field] } = {};
  for (let at = 0; at < bytes.length;) {
    const left = bytes.length - at - 4;
    const length = left < 0 ? 0 : u16(bytes, at + 2);
    if (left < length) {
      refuse("zip-extra-broken", {
        entry,
        detail: left < 0
          ? `${left + 4} bytes are left over after the last field`
          : `a field of ${length} bytes in the ${left} that are left`,
      });
    }
    const id = u16(bytes, at);
    const payload = bytes.subarray(at + 4, at + 4 + length);
    if (id === ZIP64) found.zip64 = once(found.zip64, payload, entry);
    else if (id === UNICODE_PATH) found.unicodePath = once(found.unicodePath, payload, entry);
    else if (id === ASI_UNIX) found.asiUnix = once(found.asiUnix, payload, entry);
    else if (id === EXTENDED_TIMESTAMP || id === NTFS) noteTime(found, id, payload);
    else refuseConflicting(id, entry);
    at += 4 + length;
  }
  return found;
}

/** NTFS's is the finer one. Of two fields of one kind the first counts: times are worth no refusal. */
function noteTime(found: { modified?: FileTime }, id: number, payload: Uint8Array): void {
  const modified = id === NTFS ? ntfsTime(payload) : found.modified ?? extendedTime(payload);
  if (modified !== undefined) found.modified = modified;
}

function once(before: Uint8Array | undefined, payload: Uint8Array, entry: string): Uint8Array {
  if (before === undefined) return payload;
  refuse("zip-extra-duplicate", { entry, detail: "one extra field is there twice" });
}

function refuseConflicting(id: number, entry: string): void {
  const name = CONFLICTING.get(id);
  if (name === undefined) return;
  refuse("zip-extra-conflicting", {
    entry,
    detail: `field 0x${id.toString(16).padStart(4, "0")} (${name})`,
  });
}

/** The fields of a header that zip64 can widen. A local header has the first two only. */
export interface Widenable {
  readonly size: number;
  readonly packedSize: number;
  readonly offset?: number;
  readonly disk?: number;
}

const WIDTHS = { size: 8, packedSize: 8, offset: 8, disk: 4 } as const;
const ORDER = ["size", "packedSize", "offset", "disk"] as const;
type Field = (typeof ORDER)[number];

/**
 * Replaces each 0xFFFFFFFF by its 64-bit value. Two forms exist in the wild: the one of the
 * specification, with exactly the values whose plain field is all ones, and the full one of Go and
 * Java tools, with the following values too. The second passes only if the plain fields are all
 * ones up to some point and agree after it: then a tool that reads values in sequence and one that
 * reads them at fixed places find the same numbers.
 */
export function resolveZip64(
  plain: Widenable,
  payload: Uint8Array | undefined,
  entry: string,
): Widenable {
  const present = ORDER.filter((field) => plain[field] !== undefined);
  const widened = present.filter((field) => isAllOnes(field, plain[field]!));
  if (payload === undefined) {
    if (widened.length === 0) return plain;
    inconsistent(entry, `${widened.join(", ")} should be in a zip64 field, and there is none`);
  }
  const fields = payload.length === totalWidth(widened)
    ? widened
    : fullForm(payload.length, present, widened);
  if (fields === undefined) {
    inconsistent(entry, `${payload.length} bytes for ${widened.join(", ") || "nothing"}`);
  }
  const values: Record<Field, number> = { offset: 0, disk: 0, ...plain };
  let at = 0;
  for (const field of fields) {
    const value = WIDTHS[field] === 4 ? u32(payload, at) : u64(payload, at);
    if (value === undefined) refuse("zip-number-too-large", { entry, detail: `its ${field}` });
    if (!widened.includes(field) && value !== plain[field]) {
      inconsistent(entry, `${field} is ${plain[field]} in the header, ${value} in the zip64 field`);
    }
    values[field] = value;
    at += WIDTHS[field];
  }
  return values;
}

function isAllOnes(field: Field, value: number): boolean {
  return value === (field === "disk" ? 0xffff : 0xffffffff);
}

function totalWidth(fields: readonly Field[]): number {
  return fields.reduce((sum, field) => sum + WIDTHS[field], 0);
}

function fullForm(
  length: number,
  present: readonly Field[],
  widened: readonly Field[],
): readonly Field[] | undefined {
  if (!widened.every((field, index) => present[index] === field)) return undefined;
  for (let count = widened.length + 1; count <= present.length; count++) {
    if (totalWidth(present.slice(0, count)) === length) return present.slice(0, count);
  }
  return undefined;
}

function inconsistent(entry: string, detail: string): never {
  refuse("zip-zip64-extra-inconsistent", { entry, detail });
}
