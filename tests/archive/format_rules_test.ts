import { assertEquals } from "@std/assert";
import { crc32, deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import { FORMAT_RULES, type FormatRuleName } from "../../src/archive/format_rules.ts";
import { concat, tryUnpack, verdict } from "./support.ts";
import { END, entry, gnuLong, pax, paxRaw, record, tar } from "./tar/build.ts";

interface Case {
  readonly rule: FormatRuleName;
  readonly when: string;
  readonly archive: Uint8Array;
}

const A = entry({ name: "a", content: "a" });
const GNU = entry({ name: "g", content: "g", magic: "gnu" });
const GOOD = tar(A);
const bytes = (...values: number[]) => new Uint8Array(values);
const text = (value: string) => new TextEncoder().encode(value);
const zeros = (length: number) => new Uint8Array(length);
const change = (archive: Uint8Array, at: number, to: number) => {
  const copy = archive.slice();
  copy[at < 0 ? copy.length + at : at] = to;
  return copy;
};
const le32 = (value: number) =>
  bytes(value & 255, value >> 8 & 255, value >> 16 & 255, value >>> 24);

const GZ = new Uint8Array(gzipSync(GOOD));
const DEFLATED = deflateRawSync(GOOD);
const gzHeader = (flags: number, ...more: Uint8Array[]) =>
  concat(bytes(0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3), ...more);
const gzTrailer = concat(le32(crc32(GOOD)), le32(GOOD.length));

const ZSTD_MAGIC = bytes(0x28, 0xb5, 0x2f, 0xfd);
const ZST = new Uint8Array(zstdCompressSync(GOOD));
/** Single segment, 8-byte content size, one raw block: the plainest frame there is. */
const frame = (
  content: Uint8Array,
  { descriptor = 0xe0, size = content.length, block = content.length << 3 | 1 } = {},
) =>
  concat(ZSTD_MAGIC, bytes(descriptor), le32(size), le32(0), le32(block).subarray(0, 3), content);
const skippable = (length: number) =>
  concat(bytes(0x50, 0x2a, 0x4d, 0x18), le32(length), zeros(length));

const CASES: readonly Case[] = [
  { rule: "tar-checksum", when: "a bit flips", archive: change(GOOD, 0, 0x62) },
  { rule: "tar-checksum", when: "it is blank", archive: tar(A, entry({ checksum: 0 })) },
  {
    rule: "tar-checksum",
    when: "content stands for a header",
    archive: tar(A, text("x".repeat(512))),
  },
  {
    rule: "tar-header-unknown",
    when: "the version is 01",
    archive: tar(entry({ magic: text("ustar\x0001") })),
  },
  {
    rule: "tar-header-unknown",
    when: "it is star's",
    archive: tar(entry({ patch: (b) => b.set(text("tar\0"), 508) })),
  },
  {
    rule: "tar-header-unknown",
    when: "version 7 has more",
    archive: tar(A, entry({ magic: "v7", prefix: "p" })),
  },
  {
    rule: "tar-number",
    when: "a size is not octal",
    archive: tar(entry({ size: "00000000009\0" })),
  },
  {
    rule: "tar-number",
    when: "a file's size is blank",
    archive: tar(entry({ size: "\0".repeat(12) })),
  },
  {
    rule: "tar-number",
    when: "a size is negative",
    archive: tar(entry({ magic: "gnu", size: new Uint8Array(12).fill(255) })),
  },
  {
    rule: "tar-number",
    when: "a size is 2^63",
    archive: tar(entry({ magic: "gnu", size: bytes(0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0) })),
  },
  {
    rule: "tar-number",
    when: "a size has a bit above all others that are read",
    archive: tar(
      entry({ magic: "gnu", content: "abc", size: bytes(0x81, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3) }),
    ),
  },
  {
    rule: "tar-number",
    when: "base 256 is in ustar",
    archive: tar(entry({ size: bytes(0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) })),
  },
  { rule: "tar-number", when: "a mode is not octal", archive: tar(entry({ mode: "rw-r--r-" })) },
  { rule: "tar-field-residue", when: "a name goes on", archive: tar(entry({ name: "a\0b" })) },
  {
    rule: "tar-field-residue",
    when: "a GNU name goes on",
    archive: tar(gnuLong("L", "a\0b"), GNU),
  },
  {
    rule: "tar-name-split",
    when: "the prefix is a dot",
    archive: tar(entry({ name: "b", prefix: "." })),
  },
  {
    rule: "tar-name-split",
    when: "the name is empty",
    archive: tar(entry({ name: "", prefix: "a" })),
  },
  {
    rule: "tar-name-split",
    when: "PAX overrides it",
    archive: tar(pax({ path: "ok" }), entry({ name: "", prefix: "a" })),
  },
  {
    rule: "tar-gnu-prefix",
    when: "a name is in it",
    archive: tar(entry({ name: "b", prefix: "a", magic: "gnu" })),
  },
  {
    rule: "tar-gnu-prefix",
    when: "a long name has times in it",
    archive: tar(
      entry({
        name: "././@LongLink",
        flag: "L",
        content: "b\0",
        magic: "gnu",
        prefix: "15302517463",
      }),
      GNU,
    ),
  },
  {
    rule: "tar-field-residue",
    when: "something else than times is behind the prefix",
    archive: tar(
      entry({ prefix: "p", patch: (block) => block.set(text("evil"), 476) }),
    ),
  },
  {
    rule: "tar-field-residue",
    when: "the prefix goes on in front of times",
    archive: tar(
      entry({
        prefix: "p",
        patch: (block) => {
          block.set(text("q"), 400);
          block.set(text("15302517463\0"), 476);
        },
      }),
    ),
  },
  {
    rule: "tar-pax-disagrees",
    when: "the header's name leads out",
    archive: tar(pax({ path: "b.py" }), entry({ name: "../../a.py" })),
  },
  {
    rule: "tar-pax-disagrees",
    when: "the header's name is absolute",
    archive: tar(pax({ path: "b.py" }), entry({ name: "/etc/passwd" })),
  },
  {
    rule: "tar-pax-disagrees",
    when: "the header's name leads out by its prefix",
    archive: tar(pax({ path: "b.py" }), entry({ name: "a", prefix: "../.." })),
  },
  {
    rule: "tar-pax-disagrees",
    when: "a size over 8 GiB is another than the header's",
    archive: tar(pax({ size: `${9 * 1024 ** 3}` }), entry({ content: "x" })),
  },
  {
    rule: "tar-pax-disagrees",
    when: "a size is over a header size of 0",
    archive: tar(pax({ size: "512" }), entry({ content: new Uint8Array(512), size: 0 })),
  },
  ...[" path", "\u00a0path", "path ", "  linkpath", " size"].map((key) => ({
    rule: "tar-pax-keyword" as const,
    when: `it is ${JSON.stringify(key)}`,
    archive: tar(pax({ [key]: "1" }), A),
  })),
  { rule: "tar-dialects-mixed", when: "GNU after ustar", archive: tar(A, GNU) },
  {
    rule: "tar-dialects-mixed",
    when: "a long name in ustar",
    archive: tar(entry({ flag: "L", content: "x\0" }), A),
  },
  {
    rule: "tar-dialects-mixed",
    when: "PAX in GNU",
    archive: tar(entry({ flag: "x", content: record("path", "x"), magic: "gnu" }), GNU),
  },
  {
    rule: "tar-dialects-mixed",
    when: "two archives are joined",
    archive: tar(entry({ name: "v", magic: "v7" }), A),
  },
  { rule: "tar-pax-record", when: "the length is short", archive: tar(paxRaw("10 path=xyz\n"), A) },
  { rule: "tar-pax-record", when: "the length is long", archive: tar(paxRaw("99 path=x\n"), A) },
  { rule: "tar-pax-record", when: "the length is 0", archive: tar(paxRaw("0 path=x\n"), A) },
  {
    rule: "tar-pax-record",
    when: "the length has a zero",
    archive: tar(paxRaw("010 path=x\n"), A),
  },
  { rule: "tar-pax-record", when: "there is no '='", archive: tar(paxRaw("7 path\n"), A) },
  { rule: "tar-pax-record", when: "there is no newline", archive: tar(paxRaw("9 path=xy"), A) },
  { rule: "tar-pax-record", when: "the keyword is empty", archive: tar(paxRaw("5 =x\n"), A) },
  {
    rule: "tar-pax-record",
    when: "the keyword has a NUL",
    archive: tar(paxRaw(record("path\0", "x")), A),
  },
  {
    rule: "tar-pax-record",
    when: "zeros fill it up",
    archive: tar(paxRaw(concat(text(record("path", "x")), zeros(9))), A),
  },
  { rule: "tar-pax-record", when: "the path is empty", archive: tar(pax({ path: "" }), A) },
  { rule: "tar-pax-record", when: "the size is -1", archive: tar(pax({ size: "-1" }), A) },
  {
    rule: "tar-pax-record",
    when: "the size is hexadecimal",
    archive: tar(pax({ size: "0x1" }), A),
  },
  {
    rule: "tar-pax-duplicate",
    when: "path comes twice",
    archive: tar(paxRaw(record("path", "x") + record("path", "y")), A),
  },
  {
    rule: "tar-pax-duplicate",
    when: "a comment comes twice",
    archive: tar(paxRaw(record("comment", "x") + record("comment", "y")), A),
  },
  {
    rule: "tar-pax-charset",
    when: "it is Latin-1",
    archive: tar(pax({ hdrcharset: "ISO-IR 8859 1 1998" }), A),
  },
  { rule: "tar-pax-global", when: "it is a path", archive: tar(pax({ path: "x" }, "g"), A) },
  {
    rule: "tar-pax-globals",
    when: "they are countless",
    archive: gzipSync(tar(...Array(1001).fill(pax({ comment: "x" }, "g")), A), { level: 0 }),
  },
  { rule: "tar-pax-global", when: "it is a size", archive: tar(pax({ size: "0" }, "g"), A) },
  {
    rule: "tar-pax-disagrees",
    when: "sizes differ",
    archive: tar(pax({ size: "3" }), entry({ content: "hello" })),
  },
  {
    rule: "tar-pax-disagrees",
    when: "the header says 0, as who reads no record believes",
    archive: tar(pax({ size: "5" }), entry({ content: "hello", size: 0 })),
  },
  {
    rule: "tar-pax-disagrees",
    when: "the record says 0",
    archive: tar(pax({ size: "0" }), entry({ content: "hello" })),
  },
  {
    rule: "tar-pax-disagrees",
    when: "link targets differ",
    archive: tar(pax({ linkpath: "safe" }), entry({ flag: "2", link: "../evil" })),
  },
  {
    rule: "tar-extension-stacked",
    when: "x after x",
    archive: tar(pax({ mtime: "0" }), pax({ mtime: "0" }), A),
  },
  {
    rule: "tar-extension-stacked",
    when: "g after x",
    archive: tar(pax({ path: "../x" }), pax({ mtime: "0" }, "g"), A),
  },
  {
    rule: "tar-extension-stacked",
    when: "L after L",
    archive: tar(gnuLong("L", "x"), gnuLong("L", "y"), GNU),
  },
  { rule: "tar-extension-stacked", when: "the end follows", archive: tar(A, pax({ path: "x" })) },
  {
    rule: "tar-extension-size",
    when: "it claims 1 GiB",
    archive: tar(entry({ flag: "x", size: 1024 ** 3 })),
  },
  {
    rule: "tar-extension-size",
    when: "a long name is empty",
    archive: tar(entry({ flag: "L", magic: "gnu" }), GNU),
  },
  { rule: "tar-link-on-file", when: "it is a file", archive: tar(entry({ link: "b" })) },
  {
    rule: "tar-padding",
    when: "it is not zero",
    archive: tar(entry({ content: "x", padding: 1 })),
  },
  { rule: "tar-end-missing", when: "it is cut between entries", archive: concat(A, A.slice(0, 0)) },
  { rule: "tar-end-missing", when: "one end mark is cut", archive: concat(A, zeros(512)) },
  { rule: "tar-end-single", when: "an entry follows", archive: concat(A, zeros(512), GOOD) },
  { rule: "tar-after-end", when: "another archive follows", archive: concat(GOOD, GOOD) },
  { rule: "tar-after-end", when: "a byte follows", archive: concat(GOOD, bytes(1)) },
  { rule: "tar-after-end", when: "zeros end in mid-block", archive: concat(GOOD, zeros(5)) },
  {
    rule: "tar-after-end",
    when: "zeros never end",
    // Stored, as more would be over the ratio before it is over the padding.
    archive: gzipSync(concat(GOOD, zeros(2 << 20)), { level: 0 }),
  },
  { rule: "tar-truncated", when: "in a header", archive: GOOD.slice(0, 1024 + 100) },
  {
    rule: "tar-truncated",
    when: "in content",
    archive: tar(A, entry({ content: "x".repeat(900) })).slice(0, 1024 + 512 + 600),
  },
  { rule: "tar-truncated", when: "in padding", archive: GOOD.slice(0, 600) },
  {
    rule: "tar-truncated",
    when: "after an extended header",
    archive: concat(A, pax({ path: "x" })),
  },
  { rule: "gzip-header", when: "the method is 7", archive: change(GZ, 2, 7) },
  { rule: "gzip-header", when: "a reserved flag is set", archive: change(GZ, 3, 0x20) },
  {
    rule: "gzip-header",
    when: "its own checksum is wrong",
    archive: gzHeader(2, bytes(1, 2), DEFLATED, gzTrailer),
  },
  {
    rule: "gzip-header",
    when: "its name never ends",
    archive: gzHeader(8, zeros(200_000).fill(65)),
  },
  { rule: "gzip-deflate", when: "a block type is reserved", archive: change(GZ, 10, 7) },
  {
    rule: "gzip-checksum",
    when: "the CRC is wrong",
    archive: change(GZ, -8, GZ[GZ.length - 8]! ^ 1),
  },
  { rule: "gzip-checksum", when: "the length is wrong", archive: change(GZ, -1, 1) },
  { rule: "gzip-truncated", when: "in the trailer", archive: GZ.subarray(0, -1) },
  { rule: "gzip-truncated", when: "before the trailer", archive: GZ.subarray(0, -8) },
  { rule: "gzip-truncated", when: "in the data", archive: GZ.subarray(0, -9) },
  { rule: "gzip-truncated", when: "in the header", archive: GZ.subarray(0, 5) },
  {
    rule: "gzip-members",
    when: "they are countless",
    archive: concat(GZ, ...Array(1100).fill(gzipSync(""))),
  },
  { rule: "gzip-trailing", when: "it is garbage", archive: concat(GZ, text("garbage")) },
  { rule: "gzip-trailing", when: "zeros, then more", archive: concat(GZ, zeros(9), bytes(1)) },
  { rule: "gzip-trailing", when: "zeros, then a member", archive: concat(GZ, zeros(9), GZ) },
  { rule: "gzip-trailing", when: "half a magic", archive: concat(GZ, bytes(0x1f)) },
  {
    rule: "gzip-truncated",
    when: "a second header is cut",
    archive: concat(GZ, GZ.subarray(0, 5)),
  },
  { rule: "tar-after-end", when: "two archives are joined by gzip", archive: concat(GZ, GZ) },
  {
    rule: "zstd-blocks",
    when: "they are countless and empty",
    archive: concat(ZSTD_MAGIC, bytes(0x00, 0x58), zeros(3 * 400_000), bytes(1, 0, 0)),
  },
  { rule: "zstd-frame", when: "a reserved bit is set", archive: frame(GOOD, { descriptor: 0xe8 }) },
  { rule: "zstd-frame", when: "an unused bit is set", archive: frame(GOOD, { descriptor: 0xf0 }) },
  {
    rule: "zstd-window",
    when: "it is 1 GiB",
    archive: concat(ZSTD_MAGIC, bytes(0x00, 0xa0), zeros(9)),
  },
  {
    rule: "zstd-window",
    when: "a single segment has 2 GiB",
    archive: frame(GOOD, { size: 2 ** 31 }),
  },
  {
    rule: "zstd-dictionary",
    when: "its ID is 1",
    archive: concat(ZSTD_MAGIC, bytes(0x61, 1, 0, 0), zeros(9)),
  },
  {
    rule: "zstd-block",
    when: "its type is reserved",
    archive: frame(GOOD, { block: GOOD.length << 3 | 7 }),
  },
  { rule: "zstd-block", when: "it is longer than the frame", archive: frame(GOOD, { size: 100 }) },
  {
    rule: "zstd-block",
    when: "an RLE block has 256 KiB",
    archive: frame(zeros(1), { size: 1 << 18, block: 1 << 21 | 3 }),
  },
  {
    rule: "zstd-data",
    when: "the checksum is wrong",
    archive: concat(frame(GOOD, { descriptor: 0xe4 }), zeros(4)),
  },
  {
    rule: "zstd-data",
    when: "a compressed block is garbage",
    archive: frame(zeros(30).fill(255), { size: 2560, block: 30 << 3 | 5 }),
  },
  {
    rule: "zstd-data",
    when: "the size is one more",
    archive: frame(GOOD, { size: GOOD.length + 1 }),
  },
  { rule: "zstd-truncated", when: "in the last block", archive: ZST.subarray(0, -1) },
  {
    rule: "zstd-truncated",
    when: "no block is the last",
    archive: frame(GOOD, { block: GOOD.length << 3 }),
  },
  {
    rule: "zstd-truncated",
    when: "the checksum is missing",
    archive: frame(GOOD, { descriptor: 0xe4 }),
  },
  {
    rule: "zstd-truncated",
    when: "in a skippable frame",
    archive: concat(ZST, skippable(100).subarray(0, 50)),
  },
  { rule: "zstd-truncated", when: "in a magic", archive: concat(ZST, ZSTD_MAGIC.subarray(0, 3)) },
  { rule: "zstd-trailing", when: "it is garbage", archive: concat(ZST, text("garbage")) },
  { rule: "zstd-trailing", when: "it is zeros", archive: concat(ZST, zeros(4)) },
  { rule: "zstd-no-data", when: "all is skippable", archive: skippable(20) },
  {
    rule: "zstd-frames",
    when: "they are countless",
    archive: concat(...Array(65_536).fill(skippable(0)), ZST),
  },
];

for (const { rule, when, archive } of CASES) {
  Deno.test(`unpack refuses by ${rule}: ${when}`, async () => {
    assertEquals(verdict(await tryUnpack(archive)), `ARCHIVE_BROKEN ${rule}`);
  });
}

Deno.test("FORMAT_RULES has no rule without a case", () => {
  const covered = new Set<string>(CASES.map(({ rule }) => rule));
  assertEquals(Object.keys(FORMAT_RULES).filter((rule) => !covered.has(rule)), []);
  assertEquals(END.length, 1024);
});
