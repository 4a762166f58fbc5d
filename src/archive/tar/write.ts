import type { Codecs, OpenFile, ZlibModule } from "../../host/ports.ts";
import { TAR_END, tarHeader, type TarMember, tarPadding } from "./writer.ts";

/** A member, and for a file its bytes: as many as it says, in pieces that are valid until the next one. */
export interface PackedMember {
  readonly member: TarMember;
  content(): Iterable<Uint8Array>;
}

export interface WrittenArchive {
  /** of the compressed bytes, lower-case hex */
  readonly sha256: string;
  /** compressed bytes */
  readonly size: number;
  /** bytes of all files */
  readonly unpackedSize: number;
}

/** What is worth trying hard: a few hundred milliseconds for all of it, and every start downloads it. */
const SMALL_BYTES = 4 * 1024 ** 2;
const LEVEL_OF_SMALL = 19;
/** 25 wheels of 343 MB: 9 takes half as long as 12, for 1 % more bytes. */
const LEVEL = 9;

/**
 * Writes a tar in one zstd frame (RFC 8878). The same members give the same bytes, wherever and whenever:
 * the order is the caller's, and how the bytes came in pieces does not matter.
 * @param modified of all members, whole seconds since the epoch
 * @throws FsError of `output`; what reading the members throws
 */
export async function writeTarZst(
  members: readonly PackedMember[],
  modified: number,
  output: OpenFile,
  codecs: Pick<Codecs, "sha256" | "zlib">,
): Promise<WrittenArchive> {
  const [hasher, zlib] = [await codecs.sha256(), await codecs.zlib()];
  const unpackedSize = members.reduce(
    (sum, { member }) => sum + (member.kind === "file" ? member.size : 0),
    0,
  );
  let size = 0;
  await compressed(tarPieces(members, modified), levelOf(unpackedSize), zlib, (bytes) => {
    hasher.update(bytes);
    output.write(bytes);
    size += bytes.length;
  });
  return { sha256: hasher.digestHex(), size, unpackedSize };
}

function levelOf(bytes: number): number {
  return bytes <= SMALL_BYTES ? LEVEL_OF_SMALL : LEVEL;
}

function* tarPieces(members: readonly PackedMember[], modified: number): Generator<Uint8Array> {
  for (const { member, content } of members) {
    yield tarHeader(member, modified);
    if (member.kind !== "file") continue;
    let length = 0;
    for (const piece of content()) {
      yield piece;
      length += piece.length;
    }
    if (length !== member.size) throw new Changed(member.path, member.size, length);
    yield tarPadding(length);
  }
  yield TAR_END;
}

/** Somebody writes what is being packed: an archive of half of it would be nobody's. */
export class Changed extends Error {
  constructor(readonly path: string, readonly expected: number, readonly found: number) {
    super(`${path} had ${expected} bytes, and then ${found}`);
    this.name = "Changed";
  }
}

const BATCH_BYTES = 1024 ** 2;

/** Headers are small: they are handed over together with what follows, as each call has its price. */
async function compressed(
  pieces: Iterable<Uint8Array>,
  level: number,
  zlib: ZlibModule,
  take: (bytes: Uint8Array) => void,
): Promise<void> {
  const stream = zlib.createZstdCompress({
    params: { [zlib.constants.ZSTD_c_compressionLevel]: level },
  });
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  stream.on("data", take);
  stream.on("end", resolve);
  stream.on("error", reject);
  const push = async (bytes: Uint8Array) => {
    if (!stream.write(bytes)) await new Promise<void>((next) => stream.once("drain", next));
  };
  let batch = new Uint8Array(BATCH_BYTES);
  let filled = 0;
  try {
    for (const piece of pieces) {
      for (let at = 0; at < piece.length;) {
        const part = piece.subarray(at, at + BATCH_BYTES - filled);
        batch.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled < BATCH_BYTES) continue;
        await push(batch);
        [batch, filled] = [new Uint8Array(BATCH_BYTES), 0];
      }
    }
    stream.end(batch.subarray(0, filled));
    await ended;
  } finally {
    stream.destroy();
  }
}
