import type { ZlibModule } from "../../host/ports.ts";
import { type CentralEntry, METHOD } from "./central.ts";
import type { DataRange } from "./local.ts";
import { refuse } from "./refusal.ts";
import { inflateStream } from "./inflate_stream.ts";
import { inflateWhole } from "./inflate_whole.ts";
import type { Turns } from "../turns.ts";
import type { ReadWindow } from "./window.ts";

/** Entries up to this size, packed and unpacked, are inflated in one call: 4 ms of work at most. */
export const WHOLE_BYTES = 2 * 1024 * 1024;
const PIECE_BYTES = 256 * 1024;

/** Whether an entry is read in one call rather than in pieces. */
export function isSmall({ size, packedSize }: CentralEntry): boolean {
  return size <= WHOLE_BYTES && packedSize <= WHOLE_BYTES;
}

/**
 * The proven contents of a small entry: size and CRC-32 are right before anyone sees a byte.
 * @throws EdgebootError ARCHIVE_BROKEN
 */
export function readSmall(
  zlib: ZlibModule,
  window: ReadWindow,
  central: CentralEntry,
  data: DataRange,
): Uint8Array {
  const packed = window.bytes(data.start, central.packedSize);
  const bytes = central.method === METHOD.stored
    ? packed
    : inflateWhole(zlib, packed, central.size, central.name);
  checkCrc(central, zlib.crc32(bytes));
  return bytes;
}

/**
 * The contents of a large entry in pieces, in constant memory. The last piece has been handed on
 * when the CRC-32 is compared, so what was written counts only once this returns.
 * @throws EdgebootError ARCHIVE_BROKEN
 */
export async function readLarge(
  zlib: ZlibModule,
  window: ReadWindow,
  central: CentralEntry,
  data: DataRange,
  turns: Turns,
  receive: (bytes: Uint8Array) => void,
): Promise<void> {
  let crc = 0;
  const proceed = (bytes: Uint8Array) => {
    crc = zlib.crc32(bytes, crc);
    receive(bytes);
  };
  const pieces = packedPieces(window, data, turns);
  if (central.method === METHOD.stored) {
    for await (const piece of pieces) proceed(piece);
  } else {
    await inflateStream(zlib, pieces, central, proceed);
  }
  checkCrc(central, crc);
}

async function* packedPieces(
  window: ReadWindow,
  data: DataRange,
  turns: Turns,
): AsyncGenerator<Uint8Array> {
  for (let at = data.start; at < data.end; at += PIECE_BYTES) {
    yield window.bytes(at, Math.min(PIECE_BYTES, data.end - at));
    await turns.turn();
  }
}

function checkCrc({ name, crc }: CentralEntry, found: number): void {
  if (found === crc) return;
  const hex = (value: number) => value.toString(16).padStart(8, "0");
  refuse("zip-crc-wrong", {
    entry: name,
    detail: `the contents have CRC-32 ${hex(found)}, stated is ${hex(crc)}`,
  });
}
