import type { ZlibModule } from "../../host/ports.ts";
import { refuse } from "./refusal.ts";

/** Smallest output buffer that zlib takes. */
const MIN_CHUNK_BYTES = 64;

/** What `inflateRawSync` returns with `info: true`, which the published types do not say. */
interface WithEngine {
  readonly buffer: Uint8Array;
  /** `bytesWritten` counts the input that was consumed, up to the end of the deflate stream. */
  readonly engine: { readonly bytesWritten: number };
}

/**
 * Inflates one complete deflate stream that must fill `packed` and come to `size` bytes exactly.
 * Without `info`, whatever follows the final block would be ignored in silence. The buffer is one
 * byte larger than needed: the stream fits in one pass, and one that is longer is found out.
 * @throws EdgebootError ARCHIVE_BROKEN
 */
export function inflateWhole(
  zlib: ZlibModule,
  packed: Uint8Array,
  size: number,
  entry: string,
): Uint8Array {
  const { buffer, engine } = attempt(zlib, packed, size, entry);
  checkExtent(entry, {
    consumed: engine.bytesWritten,
    packedSize: packed.length,
    produced: buffer.length,
    size,
  });
  return plainView(buffer);
}

/** Not a Buffer, whose `slice()` would keep sharing memory where a Uint8Array's copies. */
export function plainView({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function attempt(
  zlib: ZlibModule,
  packed: Uint8Array,
  size: number,
  entry: string,
): WithEngine {
  const options = {
    info: true,
    chunkSize: Math.max(MIN_CHUNK_BYTES, size + 1),
    maxOutputLength: Math.max(MIN_CHUNK_BYTES, size + 1),
  };
  try {
    return zlib.inflateRawSync(packed, options) as unknown as WithEngine;
  } catch (error) {
    return refuseInflate(entry, error, size);
  }
}

/** Whether the stream took all of its input and gave just what was stated. */
export function checkExtent(
  entry: string,
  { consumed, packedSize, produced, size }: Readonly<
    Record<"consumed" | "packedSize" | "produced" | "size", number>
  >,
): void {
  if (produced !== size) {
    refuse("zip-size-wrong", { entry, detail: `${produced} bytes, stated are ${size}` });
  }
  if (consumed !== packedSize) {
    refuse("zip-deflate-trailing", {
      entry,
      detail: `the data ends after ${consumed} of ${packedSize} bytes`,
    });
  }
}

/** Whatever zlib throws on such input is the archive's fault. */
export function refuseInflate(entry: string, error: unknown, size: number): never {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === "ERR_BUFFER_TOO_LARGE") {
    refuse("zip-size-wrong", { entry, detail: `more than the stated ${size} bytes`, cause: error });
  }
  refuse("zip-deflate-broken", { entry, detail: String(message ?? error), cause: error });
}
