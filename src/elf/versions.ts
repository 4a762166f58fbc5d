import { type ByteSource, Malformed, part, Words } from "./bytes.ts";

/** One symbol version that a file needs of one library (LSB core, 10.7.3: .gnu.version_r). */
export interface VersionNeed {
  /** as in DT_NEEDED */
  readonly library: string;
  /** `GLIBC_2.34`, `GLIBCXX_3.4.30` … */
  readonly version: string;
  /** VER_FLG_WEAK: the loader says nothing where it is missing. */
  readonly weak: boolean;
}

export interface VersionTable {
  readonly source: ByteSource;
  readonly at: number;
  /** DT_VERNEEDNUM, DT_VERDEFNUM */
  readonly count: number;
  readonly little: boolean;
  /** The text at an offset of the string table. */
  text(offset: number): string;
}

/** Of both tables together; libstdc++, the richest in versions, has about a hundred. */
const MOST_RECORDS = 16_384;
const VER_FLG_BASE = 1;
const VER_FLG_WEAK = 2;

/** The records are the same in both ELF classes. */
export function readNeeds(table: VersionTable | undefined): VersionNeed[] {
  const needs: VersionNeed[] = [];
  for (const { at, record } of chain(table, table?.at, table?.count, 16, 12)) {
    const library = table!.text(record.u32(4));
    for (const aux of chain(table, at + record.u32(8), record.u16(2), 16, 12)) {
      const weak = (aux.record.u16(4) & VER_FLG_WEAK) !== 0;
      needs.push({ library, version: table!.text(aux.record.u32(8)), weak });
      if (needs.length > MOST_RECORDS) throw new Malformed("it has too many versions");
    }
  }
  return needs;
}

/** The versions that a library defines, its own name (VER_FLG_BASE) left out. */
export function readDefinitions(table: VersionTable | undefined): string[] {
  const names: string[] = [];
  for (const { at, record } of chain(table, table?.at, table?.count, 20, 16)) {
    if ((record.u16(2) & VER_FLG_BASE) !== 0) continue;
    // The first auxiliary record is the version itself, further ones are its predecessors.
    const [first] = chain(table, at + record.u32(12), Math.min(1, record.u16(6)), 8, 4);
    if (first !== undefined) names.push(table!.text(first.record.u32(0)));
  }
  return names;
}

/** Records that each say how far away the next one is; a distance of 0 ends the chain. */
function* chain(
  table: VersionTable | undefined,
  start: number | undefined,
  count: number | undefined,
  size: number,
  nextField: number,
): Generator<{ at: number; record: Words }> {
  if (table === undefined || start === undefined || count === undefined) return;
  if (count > MOST_RECORDS) throw new Malformed("it has too many versions");
  let at = start;
  for (let index = 0; index < count; index++) {
    const record = new Words(part(table.source, at, size, size), table.little, false);
    yield { at, record };
    const next = record.u32(nextField);
    if (next === 0) return;
    at += next;
  }
}
