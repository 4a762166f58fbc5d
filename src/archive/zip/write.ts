import type { Codecs, OpenFile, ZlibModule } from "../../host/ports.ts";

/** A file for a zip. */
export interface ZipMember {
  /** relative, `/` between the parts */
  readonly path: string;
  readonly executable: boolean;
  read(): Uint8Array;
}

/** What 32 bits say; what is larger needs Zip64, which nothing that is written here comes near. */
const MOST_BYTES = 0xffff_ffff;
const MOST_MEMBERS = 0xffff;

/** 1980-01-01, where the time of DOS begins. */
const FIRST_DATE = 1 << 5 | 1;
const VERSION_DEFLATE = 20;
const MADE_BY_UNIX = 3 << 8 | VERSION_DEFLATE;
const METHOD_DEFLATE = 8;
const FLAG_UTF8 = 1 << 11;
const REGULAR = 0o100000;
const LEVEL = 9;

/**
 * Writes a zip (APPNOTE 6.3) of which the same members make the same bytes: in the order that they come in, without
 * times, with the two modes that wheels know.
 * @throws RangeError where it would need Zip64; FsError of `output`
 */
export async function writeZip(
  members: readonly ZipMember[],
  output: OpenFile,
  codecs: Pick<Codecs, "zlib">,
): Promise<void> {
  if (members.length > MOST_MEMBERS) throw new RangeError(`more than ${MOST_MEMBERS} files`);
  const zlib = await codecs.zlib();
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const member of members) {
    const packed = pack(member, zlib);
    const local = header(LOCAL, packed, []);
    output.write(local);
    output.write(packed.bytes);
    const mode = REGULAR | (member.executable ? 0o755 : 0o644);
    directory.push(
      header(CENTRAL, packed, [[0, 2], [0, 2], [0, 2], [mode * 0x1_0000, 4], [offset, 4]]),
    );
    offset += local.length + packed.bytes.length;
    if (offset > MOST_BYTES) throw new RangeError(`more than ${MOST_BYTES} bytes`);
  }
  for (const record of directory) output.write(record);
  const directoryBytes = directory.reduce((sum, { length }) => sum + length, 0);
  output.write(ending(members.length, directoryBytes, offset));
}

interface PackedMember {
  readonly name: Uint8Array;
  readonly crc: number;
  readonly size: number;
  /** deflated */
  readonly bytes: Uint8Array;
}

function pack({ path, read }: ZipMember, zlib: ZlibModule): PackedMember {
  const content = read();
  const bytes = zlib.deflateRawSync(content, { level: LEVEL });
  return {
    name: new TextEncoder().encode(path),
    crc: zlib.crc32(content),
    size: content.length,
    bytes,
  };
}

type Field = readonly [value: number, bytes: 2 | 4];

const LOCAL: readonly Field[] = [[0x0403_4b50, 4], [VERSION_DEFLATE, 2]];
const CENTRAL: readonly Field[] = [[0x0201_4b50, 4], [MADE_BY_UNIX, 2], [VERSION_DEFLATE, 2]];

/** A local header (4.3.7), or with what comes behind the name's length in it a central one (4.3.12). */
function header(
  start: readonly Field[],
  { name, crc, size, bytes }: PackedMember,
  end: readonly Field[],
): Uint8Array {
  const fields = encode([
    ...start,
    ...[[FLAG_UTF8, 2], [METHOD_DEFLATE, 2], [0, 2], [FIRST_DATE, 2]] as const,
    ...[[crc, 4], [bytes.length, 4], [size, 4], [name.length, 2], [0, 2]] as const,
    ...end,
  ]);
  const whole = new Uint8Array(fields.length + name.length);
  whole.set(fields);
  whole.set(name, fields.length);
  return whole;
}

/** The end of the central directory (4.3.16). */
function ending(count: number, directoryBytes: number, offset: number): Uint8Array {
  return encode([
    ...[[0x0605_4b50, 4], [0, 2], [0, 2], [count, 2], [count, 2]] as const,
    ...[[directoryBytes, 4], [offset, 4], [0, 2]] as const,
  ]);
}

/** Little-endian. */
function encode(fields: readonly Field[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, [, width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [value, width] of fields) {
    if (width === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += width;
  }
  return bytes;
}
