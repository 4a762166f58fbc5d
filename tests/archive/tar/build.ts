import { concat } from "../support.ts";

/** One header block and what follows it. Every field can be set to a lie. */
export interface TarSpec {
  readonly name?: string | Uint8Array;
  /** typeflag; default "0" */
  readonly flag?: string;
  readonly mode?: string | number;
  readonly content?: string | Uint8Array;
  /** The size field, where it is not the length of `content`. */
  readonly size?: number | string | Uint8Array;
  readonly link?: string | Uint8Array;
  readonly prefix?: string;
  readonly magic?: "posix" | "gnu" | "v7" | Uint8Array;
  /** Set after everything else but the checksum. */
  readonly patch?: (block: Uint8Array) => void;
  readonly checksum?: number;
  /** Fills the last block up; default zeros. */
  readonly padding?: number;
}

const encoder = new TextEncoder();
const MAGICS = { posix: "ustar\x0000", gnu: "ustar  \0", v7: "\0\0\0\0\0\0\0\0" };

export const END = new Uint8Array(1024);

/** A tar of these entries, with the end marks. */
export function tar(...entries: readonly (TarSpec | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  return concat(...entries.map((spec) => spec instanceof Uint8Array ? spec : entry(spec)), END);
}

export function entry(spec: TarSpec): Uint8Array<ArrayBuffer> {
  const content = bytesOf(spec.content ?? "");
  const block = new Uint8Array(512);
  block.set(bytesOf(spec.name ?? "file.txt").subarray(0, 100), 0);
  put(block, 100, octal(spec.mode ?? 0o644, 7));
  put(block, 108, octal(0, 7));
  put(block, 116, octal(0, 7));
  block.set(
    spec.size instanceof Uint8Array ? spec.size : bytesOf(octal(spec.size ?? content.length, 11)),
    124,
  );
  put(block, 136, octal(0, 11));
  put(block, 156, spec.flag ?? "0");
  block.set(bytesOf(spec.link ?? "").subarray(0, 100), 157);
  const magic = spec.magic ?? "posix";
  block.set(magic instanceof Uint8Array ? magic : bytesOf(MAGICS[magic]), 257);
  put(block, 345, spec.prefix ?? "");
  spec.patch?.(block);
  block.fill(0x20, 148, 156);
  const sum = spec.checksum ?? block.reduce((total, byte) => total + byte, 0);
  put(block, 148, `${sum.toString(8).padStart(6, "0")}\0 `);
  const padding = new Uint8Array((512 - content.length % 512) % 512).fill(spec.padding ?? 0);
  return concat(block, content, padding);
}

/** A PAX header with these records, `x` unless told otherwise. */
export function pax(records: Readonly<Record<string, string>>, flag: "x" | "g" = "x") {
  return paxRaw(Object.entries(records).map(([key, value]) => record(key, value)).join(""), flag);
}

export function paxRaw(payload: string | Uint8Array, flag: "x" | "g" = "x") {
  return entry({ name: "PaxHeader", flag, content: payload });
}

export function record(key: string, value: string): string {
  const rest = encoder.encode(` ${key}=${value}\n`).length;
  let length = rest + 1;
  while (`${length}`.length + rest !== length) length = `${length}`.length + rest;
  return `${length} ${key}=${value}\n`;
}

/** GNU's header for a name (`L`) or link target (`K`) of any length. */
export function gnuLong(flag: "L" | "K", text: string) {
  return entry({ name: "././@LongLink", flag, content: `${text}\0`, magic: "gnu" });
}

function octal(value: number | string, digits: number): string {
  return typeof value === "string" ? value : `${value.toString(8).padStart(digits, "0")}\0`;
}

function put(block: Uint8Array, at: number, text: string): void {
  block.set(encoder.encode(text), at);
}

function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === "string" ? encoder.encode(text) : text;
}
