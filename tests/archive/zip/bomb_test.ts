import { assert, assertEquals } from "@std/assert";
import { crc32, deflateRawSync } from "node:zlib";
import { buildZip, type EntrySpec, NOTHING } from "./build.ts";
import { concat, MemoryFile, outcomeOf, readBytes } from "./collect.ts";

const MiB = 1024 * 1024;

/** Full overlap: every record of the directory points to one local header (CVE-2019-13232). */
function fullOverlap(files: number): Uint8Array {
  const content = new Uint8Array(8 * MiB);
  const packed = new Uint8Array(deflateRawSync(content, { level: 9 }));
  const numbers = { crc: crc32(content), size: content.length, packedSize: packed.length };
  const nameOf = (index: number) => `${index}`.padStart(5, "0");
  const claims = Array.from({ length: files }, (_, index): EntrySpec => ({
    name: nameOf(index),
    deflate: true,
    packed: NOTHING,
    local: numbers,
    central: { ...numbers, offset: 0 },
  }));
  const shells = buildZip({ entries: claims });
  const header = shells.subarray(0, 35);
  const records = shells.subarray(files * 35, shells.length - 22);
  const body = concat([header, packed]);
  return concat([body, records, endRecord(files, records.length, body.length)]);
}

/**
 * Quoted overlap (Fifield, "A better zip bomb", zbsm): each entry's data begins with a stored block
 * that swallows the next local header, so that all of them share one kernel of zeros.
 */
function quotedOverlap(files: number): Uint8Array {
  const kernel = new Uint8Array(deflateRawSync(new Uint8Array(20 * MiB), { level: 9 }));
  const nameOf = (index: number) => `${index}`.padStart(4, "0");
  let tail: Uint8Array = kernel;
  let size = 20 * MiB;
  const parts: Uint8Array[] = [];
  const records: Uint8Array[] = [];
  for (let index = files - 1; index >= 0; index--) {
    const numbers = { crc: 0, size, packedSize: tail.length };
    const shell = buildZip({
      entries: [{
        name: nameOf(index),
        deflate: true,
        packed: NOTHING,
        local: numbers,
        central: numbers,
      }],
    });
    const header = shell.subarray(0, 34);
    records.unshift(shell.slice(34, shell.length - 22));
    parts.unshift(header);
    const quote = new Uint8Array([0, header.length, 0, 255 - header.length, 255]);
    tail = concat([quote, header, tail]);
    size += header.length;
    if (index > 0) parts.unshift(quote);
  }
  const body = concat([...parts, kernel]);
  let at = 0;
  for (const record of records) {
    new DataView(record.buffer).setUint32(42, at, true);
    at += 34 + 5;
  }
  const directory = concat(records);
  return concat([body, directory, endRecord(files, directory.length, body.length)]);
}

function endRecord(entries: number, size: number, offset: number): Uint8Array {
  const fields = { entries, entriesHere: entries, directorySize: size, directoryOffset: offset };
  return buildZip({ entries: [], end: fields });
}

const BOMBS = {
  "full overlap of 60,000 files (480 GB)": () => fullOverlap(60_000),
  "quoted overlap of 250 files (5 GB in 40 kB)": () => quotedOverlap(250),
};

for (const [name, build] of Object.entries(BOMBS)) {
  Deno.test(`readZip refuses a bomb by ${name} after a few reads with nothing handed on`, async () => {
    const bomb = build();
    const file = new MemoryFile(bomb);
    const { rule, entries } = await outcomeOf(file, bomb.length);
    assertEquals(rule, "zip-entries-overlap");
    assertEquals(entries, []);
    assert(file.reads <= 10, `${file.reads} reads`);
  });
}

Deno.test("readZip refuses a directory of 4 GB that the file does not have", async () => {
  const bytes = buildZip({
    entries: [],
    zip64: { end: { entries: 1, entriesHere: 1, directorySize: 4e9, directoryOffset: 0 } },
    end: { entries: 0xffff, entriesHere: 0xffff, directorySize: 0xffffffff },
  });
  assertEquals((await readBytes(bytes)).rule, "zip-directory-misplaced");
});

Deno.test("readZip reads a directory of 200,000 entries with as many reads as it has MiB", async () => {
  const names = Array.from({ length: 200_000 }, (_, index) => ({ name: `${index}` }));
  const bytes = buildZip({
    entries: names,
    zip64: {},
    end: { entries: 0xffff, entriesHere: 0xffff },
  });
  const file = new MemoryFile(bytes);
  const { entries } = await outcomeOf(file, bytes.length, { maxEntries: 1e6 });
  assertEquals(entries.length, 200_000);
  assert(file.reads <= 10 + bytes.length / 2 ** 20, `${file.reads} reads`);
});
