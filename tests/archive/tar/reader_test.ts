import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { EntryHeader } from "../../../src/archive/entry.ts";
import { TarReader } from "../../../src/archive/tar/reader.ts";
import { EdgebootError } from "../../../src/model/errors.ts";
import { concat } from "../support.ts";
import { entry, gnuLong, pax, tar } from "./build.ts";

interface Seen {
  readonly header: EntryHeader;
  readonly content: string;
}

/** Reads in chunks of these lengths (the last one repeats), and holds the reader to its contract. */
function read(archive: Uint8Array, ...lengths: number[]): Seen[] {
  const seen: Seen[] = [];
  let open: { header: EntryHeader; parts: Uint8Array[] } | undefined;
  let finished = false;
  const reader = new TarReader({
    entry(header) {
      assert(open === undefined, "entry() inside of an entry");
      if (header.type === "file") open = { header, parts: [] };
      else seen.push({ header, content: "" });
    },
    data(bytes) {
      assert(open !== undefined && bytes.length > 0, "data() outside of a file");
      open!.parts.push(bytes.slice());
    },
    end() {
      const content = concat(...open!.parts);
      assertEquals(content.length, open!.header.size);
      seen.push({ header: open!.header, content: new TextDecoder().decode(content) });
      open = undefined;
    },
    finish() {
      finished = true;
    },
  });
  for (let at = 0, i = 0; at < archive.length; i++) {
    const length = lengths[Math.min(i, lengths.length - 1)] ?? archive.length;
    reader.write(archive.slice(at, at + length));
    at += length;
  }
  reader.finish();
  assert(finished);
  return seen;
}

const MIXED = tar(
  entry({ name: "d/", flag: "5", mode: 0o755 }),
  pax({ path: `d/${"long".repeat(40)}`, mtime: "1.5", comment: "é" }),
  entry({ name: "d/longlong", content: "x".repeat(700) }),
  entry({ name: "empty", content: "" }),
  entry({ name: "l", flag: "2", link: "empty" }),
  entry({ name: "h", flag: "1", link: "empty" }),
  pax({ comment: "for all" }, "g"),
  entry({ name: "full", content: "y".repeat(512) }),
);

Deno.test("TarReader reads ustar and PAX entries", () => {
  assertEquals(
    read(MIXED).map((
      { header, content },
    ) => [
      header.type,
      header.name.slice(0, 10),
      header.size,
      header.mode,
      header.linkTarget,
      content.length,
    ]),
    [
      ["directory", "d/", 0, 0o755, undefined, 0],
      ["file", "d/longlong", 700, 0o644, undefined, 700],
      ["file", "empty", 0, 0o644, undefined, 0],
      ["symlink", "l", 0, 0o644, "empty", 0],
      ["hardlink", "h", 0, 0o644, "empty", 0],
      ["file", "full", 512, 0o644, undefined, 512],
    ],
  );
});

Deno.test("TarReader sees the same whatever the chunks are", () => {
  const whole = read(MIXED);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 30 }),
      (lengths: number[]) => assertEquals(read(MIXED, ...lengths), whole),
    ),
    { numRuns: 200 },
  );
  assertEquals(read(MIXED, 1), whole);
});

const READABLE: readonly (readonly [what: string, archive: Uint8Array, ...names: string[]])[] = [
  ["an archive without entries", tar()],
  ["a ustar name of 100 bytes", tar(entry({ name: "n".repeat(100) })), "n".repeat(100)],
  [
    "a ustar prefix that is needed",
    tar(entry({ name: "n".repeat(60), prefix: "p".repeat(60) })),
    `${"p".repeat(60)}/${"n".repeat(60)}`,
  ],
  [
    "a prefix '.' that is needed",
    tar(entry({ name: "n".repeat(99), prefix: "." })),
    `./${"n".repeat(99)}`,
  ],
  ["a PAX path that is not ASCII", tar(pax({ path: "./é" }), entry({ name: "./?" })), "./é"],
  [
    "a PAX size that repeats the header's",
    tar(pax({ size: "1" }), entry({ name: "a", content: "x" })),
    "a",
  ],
  [
    "PAX records of bsdtar and star",
    tar(
      pax({ "LIBARCHIVE.creationtime": "1", "SCHILY.xattr.user.x": "y\0z" }),
      entry({ name: "a" }),
    ),
    "a",
  ],
  [
    "a header name that is cut in a character, with a PAX path",
    tar(pax({ path: "é" }), entry({ name: new Uint8Array([0x61, 0xc3]) })),
    "é",
  ],
  [
    "a split name that is short in characters and long in bytes",
    tar(entry({ name: "é".repeat(30), prefix: "é".repeat(30) })),
    `${"é".repeat(30)}/${"é".repeat(30)}`,
  ],
  ["an empty PAX header", tar(entry({ flag: "x" }), entry({ name: "a" })), "a"],
  [
    "a UTF-8 charset that is stated",
    tar(pax({ hdrcharset: "ISO-IR 10646 2000 UTF-8", path: "é" }), entry({ name: "x" })),
    "é",
  ],
  [
    "GNU long name and link",
    tar(
      gnuLong("K", "t".repeat(150)),
      gnuLong("L", "n".repeat(150)),
      entry({ name: "n".repeat(100), flag: "2", link: "t".repeat(100), magic: "gnu" }),
    ),
    "n".repeat(150),
  ],
  [
    "a base-256 size of GNU",
    tar(
      entry({
        name: "a",
        content: "xyz",
        magic: "gnu",
        size: new Uint8Array([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]),
      }),
    ),
    "a",
  ],
  [
    "version 7 with a directory by its slash",
    tar(
      entry({ name: "d/", flag: "\0", magic: "v7" }),
      entry({ name: "d/a", flag: "\0", magic: "v7" }),
    ),
    "d/",
    "d/a",
  ],
  ["a size with spaces", tar(entry({ name: "a", content: "x", size: "          1 " })), "a"],
  [
    "a directory with a blank size",
    tar(entry({ name: "d/", flag: "5", size: "\0".repeat(12) })),
    "d/",
  ],
  ["padding of 1 MiB", concat(tar(entry({ name: "a" })), new Uint8Array(1 << 20)), "a"],
];

for (const [what, archive, ...names] of READABLE) {
  Deno.test(`TarReader reads ${what}`, () => {
    assertEquals(read(archive).map(({ header }) => header.name), names);
  });
}

Deno.test("TarReader takes a PAX size over 8 GiB in place of the header's", () => {
  const huge = 9 * 1024 ** 3;
  const sizes: number[] = [];
  const reader = new TarReader({
    entry: ({ size }) => void sizes.push(size),
    data() {},
    end() {},
    finish() {},
  });
  reader.write(concat(pax({ size: `${huge}` }), entry({ name: "big", size: 0 })));
  assertEquals(sizes, [huge]);
});

Deno.test("TarReader throws nothing but EdgebootError, whatever the bytes", () => {
  const mutations = fc.array(
    fc.tuple(fc.nat(MIXED.length - 1), fc.nat(255)),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(mutations, fc.nat(MIXED.length), (changes: [number, number][], length: number) => {
      const archive = MIXED.slice(0, MIXED.length - (length % 3 === 0 ? length : 0));
      for (const [at, byte] of changes) archive[at] = byte;
      fixChecksums(archive);
      try {
        read(archive, 300);
      } catch (error) {
        if (!(error instanceof EdgebootError)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
});

/** Makes the checksum of every block right that may be a header, so that mutations get further. */
function fixChecksums(archive: Uint8Array): void {
  for (let at = 0; at + 512 <= archive.length; at += 512) {
    const block = archive.subarray(at, at + 512);
    if (new TextDecoder().decode(block.subarray(257, 262)) !== "ustar") continue;
    block.fill(0x20, 148, 156);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  }
}
