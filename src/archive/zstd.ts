import type { Codecs, OpenFile, ZlibModule } from "../host/ports.ts";
import { Decoder, OUTPUT_BYTES } from "./decoder.ts";
import { broken } from "./refuse.ts";
import { type ByteSink, Source } from "./source.ts";
import { FrameWalker } from "./zstd_frames.ts";
import type { Turns } from "./turns.ts";

const READ_BYTES = 256 * 1024;
/**
 * 128 MiB, what `zstd -d` allows without --long: levels up to 19 need 8 MiB, --ultra -22 all of it.
 * The window is the only memory that an archive can make this reader take.
 */
const WINDOW_LOG_MAX = 27;
/** zstd and libarchive write one frame, pzstd one per some MiB, zstd:chunked one per file. */
const MAX_FRAMES = 65_536;
const FREE_BLOCKS = 65_536;
const BYTES_PER_BLOCK = 512;

/**
 * Decompresses a zstd file (RFC 8878) in constant memory: one or more frames, back to back, whose
 * contents are one stream (section 3.1: frames are independent and their contents concatenated,
 * which all decoders do). Skippable frames hold no data, and are passed over wherever they stand
 * (section 3.1.2). Checksums and sizes are checked where present, ends always.
 *
 * @throws EdgebootError ARCHIVE_BROKEN; what `sink` throws
 */
export async function unzstd(
  file: OpenFile,
  zlib: ZlibModule,
  sink: ByteSink,
  turns: Turns,
  takeStrays?: Codecs["takeStrayErrors"],
): Promise<void> {
  const source = new Source(file, READ_BYTES);
  const walker = new FrameWalker({ windowBytes: 2 ** WINDOW_LOG_MAX, frames: MAX_FRAMES });
  const decoder = new Decoder(
    zlib.createZstdDecompress({
      chunkSize: OUTPUT_BYTES,
      params: { [zlib.constants.ZSTD_d_windowLogMax]: WINDOW_LOG_MAX },
    }),
    takeStrays,
  );
  let [consumed, length] = [0, 0];
  try {
    for (let chunk = source.next(); chunk !== undefined; chunk = source.next()) {
      for (let at = 0; at < chunk.length;) {
        const piece = walker.next(chunk, at);
        consumed += piece.end - at;
        at = piece.end;
        if (piece.bytes === undefined) continue;
        // A write never goes past the end of a frame: Deno's stream drops what follows it.
        for (const output of await decode(decoder, piece.bytes)) {
          length += output.length;
          sink.write(output, consumed);
          await turns.turn();
        }
        if (walker.blocks > FREE_BLOCKS + length / BYTES_PER_BLOCK) throw broken("zstd-blocks");
      }
    }
  } finally {
    decoder.close();
  }
  walker.finish();
}

async function decode(decoder: Decoder, bytes: Uint8Array): Promise<Uint8Array[]> {
  try {
    return await decoder.push(bytes);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw broken("zstd-data", detail);
  }
}
