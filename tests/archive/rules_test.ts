import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type RuleName, RULES } from "../../src/archive/rules.ts";
import { tryUnpack, verdict } from "./support.ts";
import { entry, gnuLong, pax, paxRaw, record, tar } from "./tar/build.ts";

interface Case {
  readonly rule: RuleName;
  readonly when: string;
  readonly archive: Uint8Array;
}

const A = entry({ name: "a", content: "a" });
const directory = (name: string) => entry({ name, flag: "5", mode: 0o755 });
const symlink = (name: string, link: string) => entry({ name, flag: "2", link, mode: 0o777 });
const hardlink = (name: string, link: string) => entry({ name, flag: "1", link });
const named = (name: string) => tar(pax({ path: name }), entry({ name: "x", content: "x" }));
const long = "d".repeat(200);

const CASES: readonly Case[] = [
  { rule: "path-empty", when: "there is no name", archive: tar(entry({ name: "" })) },
  { rule: "path-empty", when: "a file is the root", archive: tar(symlink("./", ".")) },
  {
    rule: "path-absolute",
    when: "it is /etc/passwd",
    archive: tar(entry({ name: "/etc/passwd" })),
  },
  { rule: "path-absolute", when: "it is ///x", archive: tar(entry({ name: "///x" })) },
  { rule: "path-absolute", when: "a file is '/'", archive: tar(entry({ name: "/" })) },
  { rule: "path-parent", when: "it leads", archive: tar(entry({ name: "../x" })) },
  { rule: "path-parent", when: "it is inside", archive: tar(entry({ name: "a/../../x" })) },
  { rule: "path-parent", when: "it ends a directory", archive: tar(directory("a/../")) },
  { rule: "path-parent", when: "it hides behind './'", archive: tar(entry({ name: "./../x" })) },
  { rule: "path-dot", when: "it is inside", archive: tar(entry({ name: "a/./b" })) },
  { rule: "path-dot", when: "it comes twice", archive: tar(entry({ name: "././b" })) },
  { rule: "path-dot", when: "it is a file's name", archive: tar(entry({ name: "." })) },
  { rule: "path-dot", when: "it is a link's name", archive: tar(symlink(".", "a")) },
  { rule: "path-alias", when: "a record gives './a'", archive: named("./a") },
  { rule: "path-empty-component", when: "a/ /b", archive: tar(entry({ name: "a//b" })) },
  { rule: "path-empty-component", when: "the end is '//'", archive: tar(directory("a//")) },
  { rule: "path-trailing-slash", when: "it is a file", archive: tar(entry({ name: "a/" })) },
  { rule: "path-trailing-slash", when: "it is a link", archive: tar(symlink("a/", "b")) },
  { rule: "path-nul", when: "a PAX path has one", archive: named("a\0b") },
  { rule: "path-control-character", when: "it is a CR", archive: named("a\rb") },
  { rule: "path-control-character", when: "it is ESC", archive: tar(entry({ name: "a\x1b[2J" })) },
  { rule: "path-control-character", when: "it is C1", archive: named("a\u009bb") },
  ...["\u200e", "\u200f", "\u061c", "\u202a", "\u202e", "\u2066", "\u2069"].map((mark) => ({
    rule: "path-control-character" as const,
    when: `it turns text: U+${mark.charCodeAt(0).toString(16)}`,
    archive: named(`a${mark}txt.py`),
  })),
  {
    rule: "path-control-character",
    when: "it turns text in a target",
    archive: tar(pax({ linkpath: "a\u200eb" }), symlink("a", "x")),
  },
  { rule: "path-control-character", when: "in a target", archive: tar(symlink("a", "b\n")) },
  { rule: "path-backslash", when: "it separates", archive: tar(entry({ name: "a\\..\\b" })) },
  { rule: "path-drive", when: "it is C:", archive: tar(entry({ name: "C:evil" })) },
  {
    rule: "path-not-utf8",
    when: "a byte stands alone",
    archive: tar(entry({ name: new Uint8Array([0x61, 0xe9]) })),
  },
  {
    rule: "path-not-utf8",
    when: "a slash is overlong",
    archive: tar(entry({ name: new Uint8Array([0x61, 0xc0, 0xaf, 0x62]) })),
  },
  { rule: "path-component-too-long", when: "256 bytes", archive: named("a".repeat(256)) },
  { rule: "path-component-too-long", when: "86 times 3 bytes", archive: named("€".repeat(86)) },
  { rule: "path-too-long", when: "over 1,024 bytes", archive: named(`${long}/`.repeat(6) + "x") },
  {
    rule: "path-too-long",
    when: "a target is",
    archive: tar(pax({ linkpath: "a/".repeat(600) + "b" }), symlink("l", "")),
  },
  ...([
    ["another content", entry({ name: "a", content: "other" })],
    ["a longer content", entry({ name: "a", content: "content and more" })],
    ["a shorter content", entry({ name: "a", content: "cont" })],
    ["no content", entry({ name: "a" })],
    ["another spelling", entry({ name: "./a", content: "other" })],
    ["the executable bit", entry({ name: "a", content: "content", mode: 0o755 })],
    ["a link of that name", symlink("a", "b")],
    ["a hard link to itself", hardlink("a", "a")],
  ] as const).map(([when, second]) => ({
    rule: "entry-duplicate" as const,
    when,
    archive: tar(entry({ name: "a", content: "content" }), second),
  })),
  {
    rule: "entry-duplicate",
    when: "a large file differs in its last byte",
    archive: tar(
      entry({ name: "a", content: new Uint8Array(600_000) }),
      entry({ name: "a", content: new Uint8Array(600_000).fill(1, 599_999) }),
    ),
  },
  {
    rule: "entry-duplicate",
    when: "two links differ",
    archive: tar(symlink("l", "a"), symlink("l", "b")),
  },
  {
    rule: "entry-duplicate",
    when: "two hard links differ",
    archive: tar(A, entry({ name: "b" }), hardlink("h", "a"), hardlink("h", "b")),
  },
  { rule: "entry-duplicate", when: "a link and a file", archive: tar(symlink("a", "b"), A) },
  {
    rule: "entry-collides",
    when: "Kelvin and k",
    archive: tar(entry({ name: "\u212a" }), entry({ name: "k" })),
  },
  {
    rule: "entry-collides",
    when: "NFC and NFD",
    archive: tar(entry({ name: "\u00e9" }), entry({ name: "e\u0301" })),
  },
  {
    rule: "entry-collides",
    when: "sharp s",
    archive: tar(entry({ name: "STRASSE" }), entry({ name: "straße" })),
  },
  {
    rule: "entry-collides",
    when: "a ligature",
    archive: tar(entry({ name: "ﬁle" }), entry({ name: "file" })),
  },
  {
    rule: "entry-collides",
    when: "long s and Kelvin",
    archive: tar(entry({ name: "\u017f\u212a" }), entry({ name: "sk" })),
  },
  {
    rule: "entry-collides",
    when: "a link by a directory's name in another letter case",
    archive: tar(directory("FOO/"), symlink("foo", "bar")),
  },
  {
    rule: "entry-collides",
    when: "a file by a link's name in another letter case",
    archive: tar(symlink("foo", "bar"), entry({ name: "FOO" })),
  },
  {
    rule: "entry-collides",
    when: "a way through a link in another letter case",
    archive: tar(symlink("foo", "bar"), entry({ name: "Foo/x" })),
  },
  {
    rule: "entry-collides",
    when: "a link whose parent differs in letter case",
    archive: tar(entry({ name: "D/l" }), symlink("d/L", "x")),
  },
  { rule: "entry-over-directory", when: "a file", archive: tar(directory("a/"), A) },
  {
    rule: "entry-over-directory",
    when: "a link, implied",
    archive: tar(entry({ name: "a/b" }), symlink("a", "c")),
  },
  { rule: "directory-over-entry", when: "a file", archive: tar(A, directory("a/")) },
  {
    rule: "directory-over-entry",
    when: "a link",
    archive: tar(symlink("a", "b"), directory("a/")),
  },
  {
    rule: "path-through-link",
    when: "to '.'",
    archive: tar(symlink("a", "."), entry({ name: "a/b" })),
  },
  {
    rule: "path-through-link",
    when: "deep below",
    archive: tar(directory("d/"), symlink("d/l", "x"), entry({ name: "d/l/m/n" })),
  },
  {
    rule: "path-through-link",
    when: "lib64 of a venv",
    archive: tar(symlink("lib64", "lib"), entry({ name: "lib64/x" })),
  },
  {
    rule: "path-through-file",
    when: "a file is a parent",
    archive: tar(A, entry({ name: "a/b" })),
  },
  {
    rule: "path-through-left-out",
    when: "bin/python is a parent",
    archive: tar(symlink("bin/python", "/etc"), entry({ name: "bin/python/passwd" })),
  },
  { rule: "link-empty", when: "a symlink", archive: tar(symlink("a", "")) },
  { rule: "link-empty", when: "a hard link", archive: tar(hardlink("a", "")) },
  { rule: "link-absolute", when: "a symlink", archive: tar(symlink("a", "/etc/passwd")) },
  { rule: "link-escapes", when: "at the top", archive: tar(symlink("a", "..")) },
  { rule: "link-escapes", when: "one too many", archive: tar(symlink("a/b/c", "../../../x")) },
  { rule: "link-escapes", when: "a hard link with ..", archive: tar(hardlink("a", "../secret")) },
  {
    rule: "link-escapes",
    when: "an absolute hard link",
    archive: tar(hardlink("a", "/etc/passwd")),
  },
  { rule: "link-not-plain", when: "a/..", archive: tar(symlink("a", "b/../c")) },
  { rule: "link-not-plain", when: "a//b", archive: tar(symlink("a", "b//c")) },
  { rule: "link-not-plain", when: "a/./b", archive: tar(symlink("a", "b/./c")) },
  {
    rule: "link-escapes",
    when: "a second name of a link is one level higher",
    archive: tar(entry({ name: "a/e" }), symlink("a/b/s", "../e"), hardlink("s", "a/b/s")),
  },
  {
    rule: "link-through-link",
    when: "below a symlink",
    archive: tar(entry({ name: "d/f" }), symlink("s", "d"), hardlink("h", "s/f")),
  },
  { rule: "hardlink-unknown", when: "nothing is there", archive: tar(hardlink("h", "nothing")) },
  { rule: "hardlink-unknown", when: "it comes later", archive: tar(hardlink("h", "a"), A) },
  {
    rule: "hardlink-unknown",
    when: "it is a directory",
    archive: tar(directory("d/"), hardlink("h", "d")),
  },
  { rule: "hardlink-unknown", when: "it is itself", archive: tar(hardlink("h", "h")) },
  { rule: "device", when: "character", archive: tar(entry({ name: "null", flag: "3" })) },
  { rule: "device", when: "block", archive: tar(entry({ name: "sda", flag: "4" })) },
  { rule: "fifo", when: "a FIFO", archive: tar(entry({ name: "f", flag: "6" })) },
  { rule: "entry-type-unknown", when: "contiguous", archive: tar(entry({ flag: "7" })) },
  {
    rule: "entry-type-unknown",
    when: "a volume label",
    archive: tar(entry({ flag: "V", magic: "gnu" })),
  },
  { rule: "entry-type-unknown", when: "Solaris' X", archive: tar(entry({ flag: "X" })) },
  {
    rule: "entry-type-unknown",
    when: "a dump directory record",
    archive: tar(paxRaw(record("GNU.dumpdir", "Yx")), A),
  },
  { rule: "sparse-file", when: "old GNU", archive: tar(entry({ flag: "S", magic: "gnu" })) },
  {
    rule: "sparse-file",
    when: "PAX 1.0",
    archive: tar(pax({ "GNU.sparse.major": "1", "GNU.sparse.minor": "0" }), A),
  },
  {
    rule: "sparse-file",
    when: "star's realsize",
    archive: tar(pax({ "SCHILY.realsize": "9" }), A),
  },
  { rule: "mode-setuid", when: "a file", archive: tar(entry({ mode: 0o4755 })) },
  {
    rule: "mode-setuid",
    when: "a directory",
    archive: tar(entry({ name: "d/", flag: "5", mode: 0o4755 })),
  },
  { rule: "mode-setgid", when: "a file", archive: tar(entry({ mode: 0o2755 })) },
  { rule: "mode-sticky", when: "a file", archive: tar(entry({ mode: 0o1644 })) },
  {
    rule: "size-without-content",
    when: "a directory",
    archive: tar(entry({ name: "d/", flag: "5", content: "x" })),
  },
  {
    rule: "size-without-content",
    when: "a symlink",
    archive: tar(entry({ flag: "2", link: "a", size: 512 })),
  },
  {
    rule: "size-without-content",
    when: "a hard link",
    archive: tar(A, entry({ flag: "1", link: "a", size: 1 })),
  },
  {
    rule: "path-parent",
    when: "it is a GNU long name",
    archive: tar(gnuLong("L", "../x"), entry({ name: "x", magic: "gnu" })),
  },
  {
    rule: "link-absolute",
    when: "it is a GNU long link",
    archive: tar(gnuLong("K", "/x"), entry({ name: "x", flag: "2", magic: "gnu" })),
  },
];

for (const { rule, when, archive } of CASES) {
  Deno.test(`unpack refuses by ${rule}: ${when}`, async () => {
    const outcome = await tryUnpack(archive);
    assertEquals(verdict(outcome), `ARCHIVE_HOSTILE ${rule}`);
    if (outcome.ok) return;
    assertEquals(outcome.error.exitCode, 65);
    assertStringIncludes(outcome.error.text.why, `(${rule})`);
    // deno-lint-ignore no-control-regex -- messages must not carry the names' control characters
    assert(!/[\x00-\x1f\x7f-\x9f\u202e]/.test(outcome.error.message), outcome.error.message);
  });
}

Deno.test("RULES has no rule without a case, other than those that only a zip can break", () => {
  const covered = new Set<string>(CASES.map(({ rule }) => rule));
  const missing = Object.keys(RULES).filter((rule) => !covered.has(rule));
  assertEquals(missing, ["socket"]); // tar has no type for it; zip: st_mode 0140000
});
