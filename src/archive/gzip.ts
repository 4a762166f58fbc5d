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
/** eStargz has a member for each file, of one tar block at least; bgzip one for each 64 KiB. */
const FREE_MEMBERS = 1000;
const BYTES_PER_MEMBER = 512;

/**
 * Decompresses a gzip file (RFC 1952): one or more members back to back, whose contents are one stream
 * (section 2.2), then nothing or zeros. That is how gzip, GNU tar, bsdtar, Python and Go read it; bgzip,
 * eStargz and `cat` write several members, tapes and some servers pad with zeros. Behind zeros Python
 * goes on and gzip stops, so there nothing may follow; nor may anything else than a member.
 *
 * @throws EdgebootError ARCHIVE_BROKEN; what `sink` throws
 */
export async function gunzip(
  file: OpenFile,
  zlib: ZlibModule,
  sink: ByteSink,
  turns: Turns,
): Promise<void> {
  const input = new Input(file);
  let length = 0;
  for (let members = 1;; members++) {
    length += await readMember(input, zlib, sink, turns);
    const next = input.atLeast(2);
    if (next.length === 0) return;
    if (next[0] === 0) return checkZeros(input);
    if (next[0] !== 0x1f || next[1] !== 0x8b) throw broken("gzip-trailing");
    if (members > FREE_MEMBERS + length / BYTES_PER_MEMBER) throw broken("gzip-members");
  }
}

/** What is packed, from the current position on; counts what was used of it. */
class Input {
  readonly #source: Source;
  rest: Uint8Array = new Uint8Array(0);
  used = 0;

  constructor(file: OpenFile) {
    this.#source = new Source(file, READ_BYTES);
  }

  /** At least so many bytes, where there are so many; the rest of what was read. */
  atLeast(bytes: number): Uint8Array {
    while (this.rest.length < bytes) {
      // A piece of the source is only valid until the next.
      const kept = this.rest.slice();
      const more = this.#source.next();
      if (more === undefined) {
        this.rest = kept;
        break;
      }
      this.rest = kept.length === 0 ? more : concatenate(kept, more);
    }
    return this.rest;
  }

  use(bytes: number): void {
    this.rest = this.rest.subarray(bytes);
    this.used += bytes;
  }
}

/** Returns how many bytes it unpacked. */
async function readMember(
  input: Input,
  zlib: ZlibModule,
  sink: ByteSink,
  turns: Turns,
): Promise<number> {
  skipHeader(input, zlib);
  const decoder = new Decoder(zlib.createInflateRaw({ chunkSize: OUTPUT_BYTES }));
  let [crc, length, given] = [0, 0, 0];
  try {
    // Deflate marks its own end; `consumed` then stays behind what was given.
    for (;;) {
      const rest = input.atLeast(1);
      if (rest.length === 0) throw broken("gzip-truncated");
      const piece = rest.subarray(0, input.used < EARLY_BYTES ? EARLY_PIECE_BYTES : PIECE_BYTES);
      const output = await inflate(decoder, piece);
      const used = decoder.consumed - given;
      const whole = piece.length;
      given += used;
      input.use(used);
      for (const bytes of output) {
        crc = zlib.crc32(bytes, crc);
        length += bytes.length;
        sink.write(bytes, input.used);
        await turns.turn();
      }
      if (used < whole || decoder.ended) break;
    }
  } finally {
    decoder.close();
  }
  checkTrailer(input.atLeast(TRAILER_BYTES), crc, length);
  input.use(TRAILER_BYTES);
  return length;
}

function skipHeader(input: Input, zlib: ZlibModule): void {
  for (let wanted = 1;; wanted = input.rest.length + 1) {
    const bytes = input.atLeast(wanted);
    if (bytes.length < wanted) throw broken("gzip-truncated");
    const length = gzipHeaderLength(bytes, (header) => zlib.crc32(header));
    if (length !== undefined) return input.use(length);
  }
}

async function inflate(decoder: Decoder, piece: Uint8Array): Promise<Uint8Array[]> {
  try {
    return await decoder.push(piece);
  } catch (error) {
    throw broken("gzip-deflate", messageOf(error));
  }
}

/** RFC 1952 section 2.3.1: CRC32 and ISIZE (modulo 2^32), little-endian. */
function checkTrailer(bytes: Uint8Array, crc: number, length: number): void {
  if (bytes.length < TRAILER_BYTES) throw broken("gzip-truncated");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0, true) !== crc) throw broken("gzip-checksum", "CRC-32");
  if (view.getUint32(4, true) !== length % 2 ** 32) throw broken("gzip-checksum", "length");
}

function checkZeros(input: Input): void {
  for (let rest = input.rest; rest.length > 0; rest = input.atLeast(1)) {
    if (rest.some((byte) => byte !== 0)) throw broken("gzip-trailing");
    input.use(rest.length);
  }
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
