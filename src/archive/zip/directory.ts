import type { OpenFile } from "../../host/ports.ts";
import { CENTRAL_HEADER_BYTES, type CentralEntry, parseCentral } from "./central.ts";
import { NameHashes } from "./duplicates.ts";
import type { Ending } from "./ending.ts";
import type { Crc32 } from "./entry_name.ts";
import { overLimit } from "../refuse.ts";
import { refuse } from "./refusal.ts";
import type { Turns } from "../turns.ts";
import { readExactly } from "./window.ts";

/** Holds 400,000 records with 120-byte names; kept in memory while unpacking. */
const MAX_DIRECTORY_BYTES = 64 * 1024 * 1024;
export const LOCAL_HEADER_BYTES = 30;
const RECORDS_PER_LOOK = 1024;
const MAX_EXTRA_BYTES = 0xffff;
const MAX_DESCRIPTOR_BYTES = 24;

/** One entry and the bytes of the file that are its own, from local header to descriptor. */
export interface PlacedEntry {
  readonly central: CentralEntry;
  /** bytes from the start of the file */
  readonly start: number;
  readonly end: number;
}

/** The entries in the order of their data, however the central directory orders them. */
export interface Directory extends Iterable<PlacedEntry> {
  readonly count: number;
  /** sum of the stated sizes, bytes */
  readonly unpackedBytes: number;
  /** Where the first entry starts: the length of what is in front of the archive. */
  readonly start: number;
}

export interface DirectoryLimits {
  readonly maxEntries: number;
  /** Which entries of one name pass: those that say the same, whose contents a reader then compares. */
  readonly twice: "never" | "same";
}

/**
 * Reads the central directory and proves, before anything is written, that the entries lie side by
 * side: none shares a byte with another, and no gap is wider than a local header explains. So a bomb
 * of overlapping entries (Fifield, "A better zip bomb") costs the reading of its directory only.
 * What is kept per entry is three numbers; records are parsed again when their turn comes.
 * @throws EdgebootError ARCHIVE_BROKEN, BUDGET_EXCEEDED
 */
export async function readDirectory(
  file: OpenFile,
  ending: Ending,
  { maxEntries, twice }: DirectoryLimits,
  crc32: Crc32,
  turns: Turns,
): Promise<Directory> {
  refuseTooLarge(ending, maxEntries);
  const bytes = readExactly(file, ending.directoryStart, ending.directorySize);
  const records = await scan(bytes, ending.entries, crc32, turns);
  refuseDuplicates(records, twice, (index) => parseCentral(bytes, records.at[index]!, crc32));
  const order = orderByOffset(records.offsets);
  const { base, directoryStart } = ending;
  const startOf = (position: number) =>
    position < order.length ? base + records.offsets[order[position]!]! : directoryStart;
  checkTiling(records, order, startOf, (index) => parseCentral(bytes, records.at[index]!, crc32));
  return {
    count: ending.entries,
    unpackedBytes: records.unpackedBytes,
    start: startOf(0),
    *[Symbol.iterator]() {
      for (let position = 0; position < order.length; position++) {
        yield {
          central: parseCentral(bytes, records.at[order[position]!]!, crc32),
          start: startOf(position),
          end: startOf(position + 1),
        };
      }
    },
  };
}

function refuseTooLarge({ entries, directorySize }: Ending, maxEntries: number): void {
  if (entries > maxEntries) {
    throw overLimit("entries", `it has ${entries} entries, allowed are ${maxEntries}`, {
      format: "zip",
    });
  }
  if (directorySize > MAX_DIRECTORY_BYTES) {
    throw overLimit(
      "entries",
      `its central directory has ${directorySize} bytes, allowed are ${MAX_DIRECTORY_BYTES}`,
      { format: "zip" },
    );
  }
  // Before any array is sized after a number that the archive merely claims.
  if (entries * CENTRAL_HEADER_BYTES > directorySize) {
    refuse("zip-directory-broken", { detail: `${entries} entries in ${directorySize} bytes` });
  }
}

interface Records {
  /** position in the central directory */
  readonly at: Float64Array;
  /** of the local header, as stated */
  readonly offsets: Float64Array;
  /** fewest bytes that local header and data can take */
  readonly spans: Float64Array;
  readonly unpackedBytes: number;
  readonly names: NameHashes;
}

async function scan(
  bytes: Uint8Array,
  count: number,
  crc32: Crc32,
  turns: Turns,
): Promise<Records> {
  const at = new Float64Array(count);
  const offsets = new Float64Array(count);
  const spans = new Float64Array(count);
  const names = new NameHashes(count);
  let next = 0;
  let unpackedBytes = 0;
  for (let index = 0; index < count; index++) {
    const entry = parseCentral(bytes, next, crc32);
    names.add(entry.nameBytes);
    at[index] = next;
    offsets[index] = entry.offset;
    spans[index] = LOCAL_HEADER_BYTES + entry.nameBytes.length + entry.packedSize;
    next += entry.recordBytes;
    unpackedBytes += entry.size;
    if (index % RECORDS_PER_LOOK === 0) await turns.turn();
  }
  if (next !== bytes.length) {
    refuse("zip-directory-broken", {
      detail: `${bytes.length - next} bytes are left over after its ${count} records`,
    });
  }
  return { at, offsets, spans, unpackedBytes, names };
}

/** venv-pack writes `pyvenv.cfg` twice, the same both times. */
function refuseDuplicates(
  { names }: Records,
  twice: DirectoryLimits["twice"],
  entryAt: (index: number) => CentralEntry,
): void {
  for (const [first, second] of names.duplicates((index) => entryAt(index).name)) {
    const [a, b] = [entryAt(first), entryAt(second)];
    const same = a.type === b.type && a.mode === b.mode && a.size === b.size && a.crc === b.crc;
    if (twice === "same" && same) continue;
    refuse("zip-entry-duplicate", {
      entry: b.name,
      detail: same ? "the same twice, in a zip application" : "the two differ",
    });
  }
}

function orderByOffset(offsets: Float64Array): Uint32Array {
  const order = Uint32Array.from(offsets, (_, index) => index);
  const sorted = offsets.every((offset, index) => index === 0 || offsets[index - 1]! <= offset);
  return sorted ? order : order.sort((a, b) => offsets[a]! - offsets[b]!);
}

function checkTiling(
  records: Records,
  order: Uint32Array,
  startOf: (position: number) => number,
  entryAt: (index: number) => CentralEntry,
): void {
  for (let position = 0; position < order.length; position++) {
    const index = order[position]!;
    const spare = startOf(position + 1) - startOf(position) - records.spans[index]!;
    if (spare < 0) {
      refuse("zip-entries-overlap", {
        entry: entryAt(index).name,
        detail: `it needs ${-spare} bytes that belong to what follows it`,
      });
    }
    if (spare > MAX_EXTRA_BYTES + MAX_DESCRIPTOR_BYTES) {
      refuse("zip-stray-bytes", {
        entry: entryAt(index).name,
        detail: `up to ${spare} bytes between it and what follows`,
      });
    }
  }
}
