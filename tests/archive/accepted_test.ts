import { assertEquals } from "@std/assert";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { concat, refusalOf, type Tree, tryUnpack, verdict } from "./support.ts";
import { entry, gnuLong, pax, tar } from "./tar/build.ts";
import { buildZip, extraField, HELLO, pack } from "./zip/build.ts";

/** What real tools write and all readers read alike, though it is not as the book has it. */

const text = (string: string) => new TextEncoder().encode(string);
const directory = (name: string) => entry({ name, flag: "5", mode: 0o755 });
const symlink = (name: string, link: string) => entry({ name, flag: "2", link });
const hardlink = (name: string, link: string) => entry({ name, flag: "1", link });
const A = entry({ name: "a", content: "a" });
const A_FILE = { "a": 'file 0444 "a"' };
const gzip = (bytes: Uint8Array | string) => new Uint8Array(gzipSync(bytes));
const at = (offset: number, string: string) => (block: Uint8Array) =>
  block.set(text(string), offset);
const times = (prefix: string) => (block: Uint8Array) => {
  block.set(text(prefix), 345);
  block.set(text("15302517463\0" + "15302517463\0"), 476);
};
const asiUnix = (mode: number) =>
  extraField(0x756e, pack([4, 0], [2, mode], [4, 0], [2, 0], [2, 0]));

const TARS: readonly (readonly [what: string, archive: Uint8Array, tree: Tree])[] = [
  ["times behind an empty prefix, as node-tar", tar(entry({ name: "a", patch: times("") })), {
    "a": 'file 0444 ""',
  }],
  ["times behind a prefix, as node-tar and star", tar(entry({ name: "a", patch: times("d") })), {
    "d": "dir 0555",
    "d/a": 'file 0444 ""',
  }],
  [
    "one time behind a prefix of 130 bytes",
    tar(entry({ name: "a", prefix: "p".repeat(130), patch: at(488, "15302517463 ") })),
    { ["p".repeat(130)]: "dir 0555", [`${"p".repeat(130)}/a`]: 'file 0444 ""' },
  ],
  [
    "a prefix of 155 bytes, which has no room for times",
    tar(entry({ name: "a", prefix: `${"p".repeat(77)}/${"q".repeat(77)}` })),
    {
      ["p".repeat(77)]: "dir 0555",
      [`${"p".repeat(77)}/${"q".repeat(77)}`]: "dir 0555",
      [`${"p".repeat(77)}/${"q".repeat(77)}/a`]: 'file 0444 ""',
    },
  ],
  ["a name that is split where it need not be", tar(entry({ name: "b", prefix: "d" })), {
    "d": "dir 0555",
    "d/b": 'file 0444 ""',
  }],
  ["the root as a dot", tar(directory("."), entry({ name: "./a", content: "a" })), A_FILE],
  ["the root under all its names", tar(directory("."), directory("./"), directory("/"), A), A_FILE],
  ["BINARY names that are UTF-8", tar(pax({ hdrcharset: "BINARY", path: "\u00fc" }), A), {
    "\u00fc": 'file 0444 "a"',
  }],
  ["a PAX path over a placeholder, as node-tar", tar(pax({ path: "b" }), A), {
    "b": 'file 0444 "a"',
  }],
  ["a PAX size over 8 GiB that the header has too", tar(pax({ size: "1" }), A), A_FILE],
  ["a file twice", tar(A, A), A_FILE],
  ["a file three times, by two spellings", tar(A, entry({ name: "./a", content: "a" }), A), A_FILE],
  ["an empty file twice", tar(entry({ name: "a" }), entry({ name: "a" })), {
    "a": 'file 0444 ""',
  }],
  [
    "a large file twice",
    tar(...Array(2).fill(entry({ name: "a", content: new Uint8Array(300_000) }))),
    { "a": "file 0444 300000 bytes #0" },
  ],
  ["a directory twice, and once implied", tar(directory("d"), directory("d/"), directory("d")), {
    "d": "dir 0555",
  }],
  ["a link twice", tar(symlink("l", "a"), symlink("l", "a")), { "l": "link -> a" }],
  ["an interpreter link twice", tar(symlink("bin/python", "/x"), symlink("bin/python", "/x")), {
    "bin": "dir 0555",
  }],
  ["a hard link twice", tar(A, hardlink("h", "a"), hardlink("h", "a")), {
    ...A_FILE,
    "h": 'file 0444 "a"',
  }],
  ["a hard link to a hard link", tar(A, hardlink("g", "a"), hardlink("h", "g")), {
    ...A_FILE,
    "g": 'file 0444 "a"',
    "h": 'file 0444 "a"',
  }],
  ["a second name of a link, as after cp -al", tar(symlink("l", "a"), hardlink("m", "l")), {
    "l": "link -> a",
    "m": "link -> a",
  }],
  [
    "a third name of a link, by its second",
    tar(symlink("l", "a"), hardlink("m", "l"), hardlink("n", "m")),
    { "l": "link -> a", "m": "link -> a", "n": "link -> a" },
  ],
  [
    "a second name of an interpreter link",
    tar(symlink("bin/python", "/x"), hardlink("bin/python3", "bin/python")),
    { "bin": "dir 0555" },
  ],
  [
    "a GNU long name",
    tar(gnuLong("L", "a"), entry({ name: "x", magic: "gnu", content: "a" })),
    A_FILE,
  ],
  ["ZWJ and ZWNJ, which write languages and emoji", tar(pax({ path: "a\u200d\u200cb" }), A), {
    "a\u200d\u200cb": 'file 0444 "a"',
  }],
  ["zeros behind gzip", concat(gzip(tar(A)), new Uint8Array(700_000)), A_FILE],
  [
    "several gzip members with an empty one at the end, as bgzip",
    concat(gzip(tar(A).subarray(0, 700)), gzip(tar(A).subarray(700)), gzip("")),
    A_FILE,
  ],
  ["gzip members and zeros", concat(gzip(tar(A)), gzip(""), new Uint8Array(9)), A_FILE],
  [
    "several zstd frames",
    concat(
      ...[tar(A).subarray(0, 512), tar(A).subarray(512)].map((part) =>
        new Uint8Array(zstdCompressSync(part))
      ),
    ),
    A_FILE,
  ],
];

const HELLO_FILE = { "a.txt": 'file 0444 "hello hello hello"' };
const ZIPS: typeof TARS = [
  ["a file twice", buildZip({ entries: [HELLO, HELLO] }), HELLO_FILE],
  [
    "a file twice, once deflated",
    buildZip({ entries: [HELLO, { ...HELLO, deflate: false }] }),
    HELLO_FILE,
  ],
  [
    "the mode -1 on a directory, as Maven",
    buildZip({ entries: [{ name: "d/", central: { madeBy: 0x314, external: 0xffff0010 } }] }),
    { "d": "dir 0555" },
  ],
  [
    "ASi's mode on files and directories, as PHP",
    buildZip({
      entries: [
        { ...HELLO, extra: asiUnix(0o644) },
        { ...HELLO, name: "b.txt", extra: asiUnix(0o100644) },
        { name: "d/", extra: asiUnix(0o040755) },
      ],
    }),
    { ...HELLO_FILE, "b.txt": 'file 0444 "hello hello hello"', "d": "dir 0555" },
  ],
];

for (const [what, archive, tree] of [...TARS, ...ZIPS]) {
  Deno.test(`unpack accepts ${what}`, async () => {
    const outcome = await tryUnpack(archive);
    assertEquals([verdict(outcome), outcome.tree], ["accepted", tree]);
  });
}

Deno.test("unpack accepts names that differ by letter case only, and counts them", async () => {
  const names = ["terminfo/N/x", "terminfo/n/x", "README", "readme", "ReadMe", "other"];
  const outcome = await tryUnpack(tar(...names.map((name) => entry({ name }))));
  assertEquals(verdict(outcome), "accepted");
  assertEquals(names.every((name) => name in outcome.tree), true);
  // terminfo/n, its x, readme, ReadMe
  assertEquals(outcome.ok && outcome.report.caseTwins, 4);
});

const GNU_TYPES = { V: "volume label", M: "another volume", D: "directory's listing" };
for (const [flag, words] of Object.entries(GNU_TYPES)) {
  Deno.test(`unpack names type ${flag} for what it is: ${words}`, async () => {
    for (const magic of ["gnu", "v7"] as const) {
      const error = await refusalOf(tar(entry({ name: "label", flag, magic }), A));
      assertEquals([error.facts["rule"], error.message.includes(words)], [
        "entry-type-unknown",
        true,
      ], error.message);
    }
  });
}

Deno.test("unpack names a volume label whose size and mode are blank, as GNU tar leaves them", async () => {
  const label = entry({
    name: "label",
    flag: "V",
    magic: "gnu",
    size: new Uint8Array(12),
    patch: (block) => block.fill(0, 100, 124),
  });
  const { facts, message } = await refusalOf(tar(label, A));
  assertEquals([facts["rule"], message.includes("volume label")], ["entry-type-unknown", true]);
});

Deno.test("unpack names what is no archive for what it is", async () => {
  const zip = buildZip({ entries: [HELLO] });
  const table: readonly (readonly [Uint8Array, string])[] = [
    [concat(text("\ufeff"), zip), "byte order mark"],
    [concat(text("\ufeff"), gzip(tar(A))), "byte order mark"],
    [concat(new Uint8Array([0xff, 0xfe]), zip), "something in front"],
    [new Uint8Array([0xff, 0xfe, 0x50, 0, 0x4b, 0]), "UTF-16"],
    [new Uint8Array([0x37, 0xa4, 0x30, 0xec, 1, 0, 0, 0]), "zstd dictionary"],
    [concat(text("MZ stub"), zip), "zip archive with something in front of it"],
    [concat(text("<html>"), zip), "an HTML page"],
  ];
  for (const [bytes, words] of table) {
    const error = await refusalOf(bytes);
    assertEquals(error.code, "ARCHIVE_UNKNOWN");
    assertEquals(error.message.includes(words), true, error.message);
  }
});
