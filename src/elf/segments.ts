import { type ByteSource, Malformed, part, Words } from "./bytes.ts";

const PT_LOAD = 1;
export const PT_DYNAMIC = 2;
export const PT_INTERP = 3;

/** 65,535 headers, which is as many as the field can count. */
const MOST_HEADER_BYTES = 4 * 1024 * 1024;

export interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  /** in the file, bytes */
  readonly size: number;
}

/** The program headers. */
export function readSegments(source: ByteSource, header: Words): Segment[] {
  const { wide, little } = header;
  const offset = header.word(wide ? 32 : 28);
  const [size, count] = [header.u16(wide ? 54 : 42), header.u16(wide ? 56 : 44)];
  if (count === 0) return [];
  if (size < (wide ? 56 : 32)) throw new Malformed(`program headers of ${size} bytes`);
  const table = new Words(part(source, offset, size * count, MOST_HEADER_BYTES), little, wide);
  return Array.from({ length: count }, (_, index) => {
    const at = index * size;
    const fields = wide ? [8, 16, 32] as const : [4, 8, 16] as const;
    const [offset, address, bytes] = fields.map((field) => table.word(at + field));
    return { type: table.u32(at), offset: offset!, address: address!, size: bytes! };
  });
}

/** Where in the file the bytes of an address are. */
export function fileOffset(address: number, segments: readonly Segment[]): number {
  const segment = segments.find((each) =>
    each.type === PT_LOAD && each.address <= address && address < each.address + each.size
  );
  if (segment === undefined) throw new Malformed("an address lies in no segment");
  return segment.offset + (address - segment.address);
}
