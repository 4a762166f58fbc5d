import { type ByteSource, Malformed, part, textAt, Words } from "./bytes.ts";
import { fileOffset, PT_DYNAMIC, PT_INTERP, readSegments, type Segment } from "./segments.ts";
import { readDefinitions, readNeeds, type VersionNeed } from "./versions.ts";

/**
 * What the loader reads of an ELF file (System V gABI, chapters 4 and 5; LSB for symbol versions): found
 * by program headers alone, as section headers may be stripped.
 */
export interface Elf {
  readonly kind: "elf";
  readonly bits: 32 | 64;
  readonly little: boolean;
  /** e_machine */
  readonly machine: number;
  /** Relocatable object files and core dumps are never loaded. */
  readonly type: "executable" | "shared" | "other";
  /** The loader that a program asks for; undefined in libraries and static programs. */
  readonly interpreter: string | undefined;
  readonly soname: string | undefined;
  readonly needed: readonly string[];
  /** As the file has it, variables and colons included; no meaning beside {@link runpath}. */
  readonly rpath: string | undefined;
  readonly runpath: string | undefined;
  /** DF_1_NODEFLIB: the default directories do not count. */
  readonly noDefaultLibraries: boolean;
  readonly versionNeeds: readonly VersionNeed[];
  readonly versionDefinitions: readonly string[];
}

export type ElfAnswer =
  | Elf
  | { readonly kind: "no-elf" }
  | { readonly kind: "broken"; readonly why: string };

const [DT_NULL, DT_NEEDED, DT_STRTAB, DT_STRSZ] = [0, 1, 5, 10];
const [DT_SONAME, DT_RPATH, DT_RUNPATH, DT_FLAGS_1] = [14, 15, 29, 0x6ffffffb];
const [DT_VERDEF, DT_VERDEFNUM, DT_VERNEED, DT_VERNEEDNUM] = [
  ...[0x6ffffffc, 0x6ffffffd, 0x6ffffffe, 0x6fffffff] as const,
];
const DF_1_NODEFLIB = 0x800;

/** Far above what linkers write: 16,384 entries, PATH_MAX. */
const MOST_DYNAMIC_BYTES = 256 * 1024;
const MOST_NEEDED = 4096;
const LONGEST_NAME = 4096;
const LONGEST_PATHS = 64 * 1024;

/** Never throws, whatever the bytes; only what {@link ByteSource.read} throws passes through. */
export function parseElf(source: ByteSource): ElfAnswer {
  try {
    return parse(source);
  } catch (error) {
    if (error instanceof Malformed) return { kind: "broken", why: error.message };
    throw error;
  }
}

function parse(source: ByteSource): ElfAnswer {
  if (source.size < 20) return { kind: "no-elf" };
  const ident = source.read(0, 20);
  if (String.fromCharCode(...ident.subarray(0, 4)) !== "\x7fELF") return { kind: "no-elf" };
  const [bits, order] = [ident[4]!, ident[5]!];
  if (bits !== 1 && bits !== 2) throw new Malformed(`there is no ELF class ${bits}`);
  if (order !== 1 && order !== 2) throw new Malformed(`there is no byte order ${order}`);
  const [wide, little] = [bits === 2, order === 1];
  const header = new Words(part(source, 0, wide ? 64 : 52, 64), little, wide);
  const segments = readSegments(source, header);
  const type = header.u16(16);
  const interpreter = segments.find((segment) => segment.type === PT_INTERP);
  return {
    kind: "elf",
    bits: wide ? 64 : 32,
    little,
    machine: header.u16(18),
    type: type === 2 ? "executable" : type === 3 ? "shared" : "other",
    interpreter: interpreter &&
      textAt(source, interpreter.offset, interpreter.offset + interpreter.size, LONGEST_NAME),
    ...readDynamic(source, segments, header),
  };
}

type Dynamic = Omit<Elf, "kind" | "bits" | "little" | "machine" | "type" | "interpreter">;

function readDynamic(
  source: ByteSource,
  segments: readonly Segment[],
  { wide, little }: Words,
): Dynamic {
  const tags = readTags(source, segments, wide, little);
  const first = (tag: number) => tags.find(([name]) => name === tag)?.[1];
  const strings = first(DT_STRTAB);
  const base = strings === undefined ? 0 : fileOffset(strings, segments);
  const end = base + (first(DT_STRSZ) ?? 0);
  const text = (offset: number, most = LONGEST_NAME) => textAt(source, base + offset, end, most);
  const stated = (tag: number, most?: number) => {
    const offset = first(tag);
    return offset === undefined ? undefined : text(offset, most);
  };
  const needed = tags.filter(([tag]) => tag === DT_NEEDED);
  if (needed.length > MOST_NEEDED) throw new Malformed(`it needs ${needed.length} libraries`);
  const versions = (address: number | undefined, count: number | undefined) =>
    address === undefined || count === undefined
      ? undefined
      : { source, at: fileOffset(address, segments), count, little, text };
  return {
    soname: stated(DT_SONAME),
    needed: needed.map(([, offset]) => text(offset)),
    rpath: stated(DT_RPATH, LONGEST_PATHS),
    runpath: stated(DT_RUNPATH, LONGEST_PATHS),
    noDefaultLibraries: Math.floor((first(DT_FLAGS_1) ?? 0) / DF_1_NODEFLIB) % 2 === 1,
    versionNeeds: readNeeds(versions(first(DT_VERNEED), first(DT_VERNEEDNUM))),
    versionDefinitions: readDefinitions(versions(first(DT_VERDEF), first(DT_VERDEFNUM))),
  };
}

/** Tags with their values, in order. Files of separate debug information have none of the bytes. */
function readTags(
  source: ByteSource,
  segments: readonly Segment[],
  wide: boolean,
  little: boolean,
): [tag: number, value: number][] {
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic === undefined || dynamic.size === 0) return [];
  const { offset, size } = dynamic;
  const table = new Words(part(source, offset, size, MOST_DYNAMIC_BYTES), little, wide);
  const step = wide ? 16 : 8;
  const tags: [number, number][] = [];
  for (let at = 0; at + step <= size; at += step) {
    // The tags of interest are below 2^32; others (d_tag is signed) may be any number.
    const high = wide ? table.u32(little ? at + 4 : at) : 0;
    const tag = wide && !little ? table.u32(at + 4) : table.u32(at);
    if (high !== 0) continue;
    if (tag === DT_NULL) break;
    if (WANTED.has(tag)) tags.push([tag, table.word(at + step / 2)]);
  }
  return tags;
}

const WANTED: ReadonlySet<number> = new Set([
  ...[DT_NEEDED, DT_STRTAB, DT_STRSZ, DT_SONAME, DT_RPATH, DT_RUNPATH, DT_FLAGS_1],
  ...[DT_VERDEF, DT_VERDEFNUM, DT_VERNEED, DT_VERNEEDNUM],
]);
