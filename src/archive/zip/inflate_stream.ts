import type { ZlibModule } from "../../host/ports.ts";
import type { CentralEntry } from "./central.ts";
import { checkExtent, plainView, refuseInflate } from "./inflate_whole.ts";
import { freeAtOnce } from "./free.ts";
import { refuse } from "./refusal.ts";

const OUTPUT_BYTES = 256 * 1024;

/**
 * Inflates `pieces`, which together must be one deflate stream, in constant memory. A piece is done
 * with before the next is asked for, so its buffer may be reused; output beyond the stated size
 * stops the stream, however much a small piece would still give.
 * @throws EdgebootError ARCHIVE_BROKEN, and whatever `receive` throws
 */
export async function inflateStream(
  zlib: ZlibModule,
  pieces: AsyncIterable<Uint8Array>,
  central: CentralEntry,
  receive: (bytes: Uint8Array) => void,
): Promise<void> {
  const { name, size, packedSize } = central;
  const engine = zlib.createInflateRaw({ chunkSize: OUTPUT_BYTES });
  let produced = 0;
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown) => {
    failure ??= { error };
    engine.destroy();
  };
  const ended = new Promise<void>((resolve) => {
    engine.once("end", resolve);
    engine.once("close", resolve);
  });
  // An exception inside an event handler would end the process; it is kept and thrown below.
  engine.on("data", (bytes: Uint8Array) => {
    if (failure !== undefined) return;
    try {
      produced += bytes.length;
      if (produced > size) {
        refuse("zip-size-wrong", { entry: name, detail: `more than ${size} bytes` });
      }
      receive(plainView(bytes));
      // The engine has let go of a full buffer; the rest of a partial one it fills later.
      if (bytes.byteLength === OUTPUT_BYTES) freeAtOnce(bytes);
    } catch (error) {
      fail(error);
    }
  });
  engine.on("error", (error: unknown) => {
    try {
      refuseInflate(name, error, size);
    } catch (refusal) {
      fail(refusal);
    }
  });
  try {
    for await (const piece of pieces) {
      await Promise.race([
        new Promise<void>((resolve) => engine.write(piece, () => resolve())),
        ended,
      ]);
      if (failure !== undefined) break;
    }
    if (failure === undefined) engine.end();
    await ended;
  } finally {
    engine.destroy();
  }
  if (failure !== undefined) throw failure.error;
  checkExtent(name, { consumed: engine.bytesWritten, packedSize, produced, size });
}
