import type { OpenFile, ZlibModule } from "../host/ports.ts";
import { Decoder, OUTPUT_BYTES } from "./decoder.ts";
import { gzipHeaderLength } from "./gzip_header.ts";
import { broken } from "./refuse.ts";
import { type ByteSink, Source } from "./source.ts";
import type { Turns } from "./turns.ts";

const READ_BYTES = 256 * 1024;
/** Deflate makes at most 1,032 bytes of one, so one piece makes at most 16 MiB. */
const PIECE_BYTES = 16 * 1024;
/** At first smaller: the output of a piece is judged by the ratio only when it is there. */
const EARLY_PIECE_BYTES = 4 * 1024;
const EARLY_BYTES = 64 * 1024;
const TRAILER_BYTES = 8;

/**
 * Decompresses a file that is exactly one gzip member (RFC 1952): header, deflate data, CRC-32 and
 * length, and then the end of the file.
 *
 * Concatenated members are refused. RFC 1952 section 2.2 allows them, but readers disagree (some
 * stop after the first), so one digest could stand for two trees. gzip, pigz, Python, Go and
 * buildah's pgzip write one member; `zcat a.gz | gzip` makes one out of several.
 *
 * @throws EdgebootError ARCHIVE_BROKEN; what `sink` throws
 */
export async function gunzip(
  file: OpenFile,
  zlib: ZlibModule,
  sink: ByteSink,
  turns: Turns,
): Promise<void> {
  const source = new Source(file, READ_BYTES);
  let rest = readMemberHeader(source, zlib);
  const decoder = new Decoder(zlib.createInflateRaw({ chunkSize: OUTPUT_BYTES }));
  let crc = 0;
  let length = 0;
  let given = 0;
  const deliver = async (output: readonly Uint8Array[]) => {
    for (const bytes of output) {
      crc = zlib.crc32(bytes, crc);
      length += bytes.length;
      sink.write(bytes, given);
      await turns.turn();
    }
  };

  try {
    // Deflate marks its own end; `bytesWritten` then stays behind what was given.
    for (;;) {
      if (rest.length === 0) {
        const next = source.next();
        if (next === undefined) throw broken("gzip-truncated");
        rest = next;
      }
      const piece = rest.subarray(0, given < EARLY_BYTES ? EARLY_PIECE_BYTES : PIECE_BYTES);
      const output = await inflate(decoder, piece);
      const used = decoder.consumed - given;
      given += used;
      await deliver(output);
      rest = rest.subarray(used);
      if (used < piece.length || decoder.ended) break;
    }
  } finally {
    decoder.close();
  }
  checkTrailer(tail(rest, source), crc, length);
}

function readMemberHeader(source: Source, zlib: ZlibModule): Uint8Array {
  let bytes = new Uint8Array(0);
  for (;;) {
    const more = source.next();
    if (more === undefined) throw broken("gzip-truncated");
    bytes = concatenate(bytes, more);
    const length = gzipHeaderLength(bytes, (header) => zlib.crc32(header));
    if (length !== undefined) return bytes.subarray(length);
  }
}

async function inflate(decoder: Decoder, piece: Uint8Array): Promise<Uint8Array[]> {
  try {
    return await decoder.push(piece);
  } catch (error) {
    throw broken("gzip-deflate", messageOf(error));
  }
}

/** The trailer and whatever follows it: one byte more than a trailer is enough to judge. */
function tail(rest: Uint8Array, source: Source): Uint8Array {
  let bytes: Uint8Array = rest.slice();
  while (bytes.length <= TRAILER_BYTES + 1) {
    const more = source.next();
    if (more === undefined) break;
    bytes = concatenate(bytes, more);
  }
  return bytes;
}

/** RFC 1952 section 2.3.1: CRC32 and ISIZE (modulo 2^32), little-endian. */
function checkTrailer(bytes: Uint8Array, crc: number, length: number): void {
  if (bytes.length < TRAILER_BYTES) throw broken("gzip-truncated");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0, true) !== crc) {
    throw broken("gzip-checksum", "CRC-32");
  }
  if (view.getUint32(4, true) !== length % 2 ** 32) {
    throw broken("gzip-checksum", "length");
  }
  if (bytes.length === TRAILER_BYTES) return;
  const another = bytes[TRAILER_BYTES] === 0x1f && bytes[TRAILER_BYTES + 1] === 0x8b;
  throw broken(another ? "gzip-members" : "gzip-trailing");
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
