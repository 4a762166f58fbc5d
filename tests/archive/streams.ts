import type { OpenFile } from "../../src/host/ports.ts";
import { EdgebootError } from "../../src/model/errors.ts";
import { gunzip } from "../../src/archive/gzip.ts";
import { unzstd } from "../../src/archive/zstd.ts";
import { Turns } from "../../src/archive/turns.ts";
import { concat } from "./support.ts";

/** A file in memory whose reads are as short as `pieceBytes`. */
export function memoryFile(bytes: Uint8Array, pieceBytes = Infinity): OpenFile {
  let position = 0;
  return {
    read(into) {
      if (position === bytes.length) return null;
      const length = Math.min(into.length, pieceBytes, bytes.length - position);
      into.set(bytes.subarray(position, position + length));
      position += length;
      return length;
    },
    seek(offset) {
      position = offset;
    },
    write() {
      throw new Error("read-only");
    },
    size: () => bytes.length,
    sync() {},
    setModified() {},
    close() {},
  };
}

export interface Decompressed {
  /** "accepted" or the name of the rule */
  readonly verdict: string;
  readonly bytes: Uint8Array;
}

/** Decompresses by the magic, or as told. Only EdgebootError becomes a verdict. */
export async function decompress(
  packed: Uint8Array,
  as: "gzip" | "zstd" = packed[0] === 0x1f ? "gzip" : "zstd",
  pieceBytes?: number,
): Promise<Decompressed> {
  const parts: Uint8Array[] = [];
  const sink = { write: (bytes: Uint8Array) => void parts.push(bytes.slice()) };
  const file = memoryFile(packed, pieceBytes);
  const zlib = await import("node:zlib");
  try {
    await (as === "gzip" ? gunzip : unzstd)(file, zlib, sink, new Turns());
    return { verdict: "accepted", bytes: concat(...parts) };
  } catch (error) {
    if (!(error instanceof EdgebootError)) throw error;
    return { verdict: `${error.facts["rule"]}`, bytes: concat(...parts) };
  }
}
