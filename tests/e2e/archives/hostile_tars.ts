import { gzipSync, zstdCompressSync } from "node:zlib";
import { concat } from "../../archive/support.ts";
import { END, entry, gnuLong, pax, paxRaw, record, tar } from "../../archive/tar/build.ts";
import type { Hostile } from "./hostile.ts";

const link = (name: string, target: string) => entry({ name, flag: "2", link: target });
const hard = (name: string, target: string) => entry({ name, flag: "1", link: target });
const directory = (name: string) => entry({ name, flag: "5", mode: 0o755 });
const file = (name: string, content = "x") => entry({ name, content });
const binary = (...bytes: number[]) =>
  new Uint8Array([...Array(12 - bytes.length).fill(0), ...bytes]);
const b256 = (first: number, ...bytes: number[]) => {
  const field = binary(...bytes);
  field[0] = first;
  return field;
};
const gzip = (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes));
const zstd = (bytes: Uint8Array) => new Uint8Array(zstdCompressSync(bytes));
const GOOD = tar(file("good"));
const NFC = "caf\u00e9";

/** Tricks with tar that other tools fell for, beyond the given corpora. */
export const HOSTILE_TARS: readonly Hostile[] = [
  // sizes: one archive, two readings
  {
    what: "CVE-2025-62518: PAX size over a ustar size of 0",
    rule: "tar-pax-disagrees",
    bytes: tar(pax({ size: "1024" }), entry({ name: "outer", size: 0 }), tar(file("inner"))),
  },
  {
    what: "CVE-2025-62518 the other way: ustar size over a PAX size of 0",
    rule: "tar-pax-disagrees",
    bytes: tar(pax({ size: "0" }), file("outer", "a".repeat(600))),
  },
  { what: "PAX size negative", rule: "tar-pax-record", bytes: tar(pax({ size: "-1" }), file("a")) },
  { what: "PAX size in hex", rule: "tar-pax-record", bytes: tar(pax({ size: "0x1" }), file("a")) },
  {
    what: "base-256 size -1",
    rule: "tar-number",
    bytes: tar(entry({ size: b256(0xff, 0xff), magic: "gnu" })),
  },
  {
    what: "base-256 size 2^63",
    rule: "tar-number",
    bytes: tar(entry({ size: b256(0x80, 0x80, 0, 0, 0, 0, 0, 0, 0), magic: "gnu" })),
  },
  {
    what: "base-256 size in a posix header",
    rule: "tar-number",
    bytes: tar(entry({ size: b256(0x80, 1), content: "x" })),
  },
  {
    what: "an octal size with a sign",
    rule: "tar-number",
    bytes: tar(entry({ size: "-0000000001\0" })),
  },
  {
    what: "a size with a digit 8",
    rule: "tar-number",
    bytes: tar(entry({ size: "00000000008\0" })),
  },
  {
    what: "a hard link with content (old GNU and star disagree)",
    rule: "size-without-content",
    bytes: tar(file("a"), entry({ name: "b", flag: "1", link: "a", content: "a".repeat(512) })),
  },
  // global headers
  {
    what: "a global header with a path",
    rule: "tar-pax-global",
    bytes: tar(pax({ path: "../x" }, "g"), file("a")),
  },
  {
    what: "a global header with a size",
    rule: "tar-pax-global",
    bytes: tar(pax({ size: "9" }, "g"), file("a")),
  },
  {
    what: "a global header with a linkpath",
    rule: "tar-pax-global",
    bytes: tar(pax({ linkpath: "/etc" }, "g"), link("a", "b")),
  },
  // links
  {
    what: "a symlink, then a file below it",
    rule: "path-through-link",
    bytes: tar(link("a", "b"), file("a/x")),
  },
  {
    what: "a symlink over a directory that is there (CVE-2021-32803)",
    rule: "entry-over-directory",
    bytes: tar(directory("a/"), link("a", "b"), file("a/x")),
  },
  {
    what: "a directory over a symlink",
    rule: "directory-over-entry",
    bytes: tar(link("a", "b"), directory("a/"), file("a/x")),
  },
  {
    what: "a symlink in another case, then a file below (CVE-2021-37701)",
    rule: "entry-collides",
    bytes: tar(directory("FOO/"), link("foo", "bar"), file("FOO/x")),
  },
  {
    what: "a symlink in NFD, then a file below NFC (CVE-2021-37712)",
    rule: "entry-collides",
    bytes: tar(
      pax({ path: NFC.normalize("NFD") }),
      link("x", "b"),
      pax({ path: `${NFC}/x` }),
      file("y"),
    ),
  },
  {
    what: "a ligature that folds (NFKC)",
    rule: "entry-collides",
    bytes: tar(file("file"), pax({ path: "\ufb01le" }), file("y")),
  },
  {
    what: "a sharp s that folds",
    rule: "entry-collides",
    bytes: tar(file("strasse"), pax({ path: "stra\u00dfe" }), file("y")),
  },
  {
    what: "a Turkish dotless pair",
    rule: "entry-collides",
    bytes: tar(file("K"), pax({ path: "\u212a" }), file("y")),
  },
  {
    what: "a hard link to a symlink (CVE-2025-4330)",
    rule: "link-escapes",
    bytes: tar(directory("d/"), link("d/a", "../b"), hard("c", "d/a")),
  },
  {
    what: "a hard link through a symlink",
    rule: "link-through-link",
    bytes: tar(directory("d/"), file("d/f"), link("s", "d"), hard("h", "s/f")),
  },
  {
    what: "a hard link to a later file",
    rule: "hardlink-unknown",
    bytes: tar(hard("h", "f"), file("f")),
  },
  { what: "a hard link to itself", rule: "hardlink-unknown", bytes: tar(hard("h", "h")) },
  {
    what: "a hard link to a directory",
    rule: "hardlink-unknown",
    bytes: tar(directory("d/"), hard("h", "d")),
  },
  {
    what: "a hard link, then a second file of that name written through it",
    rule: "entry-duplicate",
    bytes: tar(file("f"), hard("h", "f"), file("h", "evil")),
  },
  {
    what: "a chain: a -> b/.., b -> c (CVE-2025-4517)",
    rule: "link-not-plain",
    bytes: tar(directory("c/"), link("b", "c"), link("a", "b/..")),
  },
  {
    what: "a chain that climbs one link at a time",
    rule: "link-escapes",
    bytes: tar(directory("a/"), link("a/b", ".."), link("a/c", "../..")),
  },
  {
    what: "a link to the root of the tree by too many ..",
    rule: "link-escapes",
    bytes: tar(link("a", "../tree")),
  },
  {
    what: "a link to /proc/self/cwd",
    rule: "link-absolute",
    bytes: tar(link("a", "/proc/self/cwd")),
  },
  {
    what: "realpath overflow: a path over PATH_MAX by links",
    rule: "path-component-too-long",
    bytes: tar(gnuLong("L", "d".repeat(256)), entry({ name: "x", magic: "gnu" })),
  },
  {
    what: "a link target over the path limit",
    rule: "path-too-long",
    bytes: tar(
      gnuLong("K", "d/".repeat(2000) + "d"),
      entry({ name: "l", flag: "2", link: "x", magic: "gnu" }),
    ),
  },
  {
    what: "a link target with a newline",
    rule: "path-control-character",
    bytes: tar(link("a", "b\nc")),
  },
  {
    what: "bin/python as a link, then a file below it",
    rule: "path-through-left-out",
    bytes: tar(link("bin/python", "/tmp"), file("bin/python/x")),
  },
  // names
  {
    what: "a name of NUL in PAX",
    rule: "path-nul",
    bytes: tar(paxRaw(record("path", "a\0/../../x")), file("a")),
  },
  {
    what: "a trailing dot-dot by PAX",
    rule: "path-parent",
    bytes: tar(pax({ path: "a/.." }), file("a")),
  },
  { what: "a drive name", rule: "path-drive", bytes: tar(file("C:/x")) },
  { what: "a UNC name", rule: "path-backslash", bytes: tar(file("\\\\host\\x")) },
  { what: "an alternate stream on a drive letter", rule: "path-drive", bytes: tar(file("c:x")) },
  {
    what: "right-to-left override",
    rule: "path-control-character",
    bytes: tar(pax({ path: "a\u202egnp.py" }), file("a")),
  },
  { what: "an escape sequence", rule: "path-control-character", bytes: tar(file("a\x1b[2Jb")) },
  {
    what: "overlong UTF-8 for ..",
    rule: "path-not-utf8",
    bytes: tar(entry({ name: new Uint8Array([0xc0, 0xae, 0xc0, 0xae, 0x2f, 0x61]) })),
  },
  {
    what: "a UTF-16 surrogate in UTF-8",
    rule: "path-not-utf8",
    bytes: tar(entry({ name: new Uint8Array([0xed, 0xa0, 0x80]) })),
  },
  {
    what: "a name behind the NUL",
    rule: "tar-field-residue",
    bytes: tar(entry({ name: "a\0/../../x" })),
  },
  // types and modes
  { what: "a device", rule: "device", bytes: tar(entry({ name: "sda", flag: "4" })) },
  {
    what: "a contiguous file",
    rule: "entry-type-unknown",
    bytes: tar(entry({ name: "c", flag: "7" })),
  },
  {
    what: "a multi-volume continuation",
    rule: "entry-type-unknown",
    bytes: tar(entry({ name: "c", flag: "M", magic: "gnu" })),
  },
  {
    what: "old GNU sparse",
    rule: "sparse-file",
    bytes: tar(entry({ name: "c", flag: "S", magic: "gnu" })),
  },
  {
    what: "PAX sparse 0.1",
    rule: "sparse-file",
    bytes: tar(pax({ "GNU.sparse.map": "0,1", "GNU.sparse.size": "99999999999" }), file("c")),
  },
  {
    what: "PAX sparse 1.0",
    rule: "sparse-file",
    bytes: tar(
      pax({ "GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "x" }),
      file("c"),
    ),
  },
  { what: "setuid", rule: "mode-setuid", bytes: tar(entry({ name: "su", mode: 0o4755 })) },
  { what: "setgid", rule: "mode-setgid", bytes: tar(entry({ name: "sg", mode: 0o2755 })) },
  {
    what: "a Solaris ACL entry",
    rule: "entry-type-unknown",
    bytes: tar(entry({ name: "a", flag: "A" })),
  },
  {
    what: "a Solaris extended header",
    rule: "entry-type-unknown",
    bytes: tar(entry({ name: "a", flag: "X" })),
  },
  // framing
  {
    what: "two archives, one after the other",
    rule: "tar-after-end",
    bytes: concat(GOOD, tar(file("evil"))),
  },
  {
    what: "an entry behind one zero block",
    rule: "tar-end-single",
    bytes: concat(file("a"), new Uint8Array(512), file("b"), END),
  },
  {
    what: "a zip behind the tar",
    rule: "tar-after-end",
    bytes: concat(GOOD, new TextEncoder().encode("PK\x05\x06".padEnd(22, "\0"))),
  },
  {
    what: "a PAX header for a PAX header",
    rule: "tar-extension-stacked",
    bytes: tar(pax({ path: "a" }), pax({ path: "b" }), file("c")),
  },
  {
    what: "a PAX header in a GNU archive",
    rule: "tar-dialects-mixed",
    bytes: tar(pax({ path: "a" }), entry({ name: "c", magic: "gnu" })),
  },
  {
    what: "a GNU long name in a PAX archive",
    rule: "tar-dialects-mixed",
    bytes: tar(gnuLong("L", "../x"), file("c")),
  },
  {
    what: "hdrcharset Latin-1",
    rule: "tar-pax-charset",
    bytes: tar(pax({ hdrcharset: "ISO-IR 8859 1 1998", path: "a" }), file("b")),
  },
  // around the tar
  { what: "gzip of two tars", rule: "tar-after-end", bytes: concat(gzip(GOOD), gzip(GOOD)) },
  {
    what: "gzip with garbage behind it",
    rule: "gzip-trailing",
    bytes: concat(gzip(GOOD), new Uint8Array(3).fill(1)),
  },
  { what: "gzip in gzip", rule: "tar-truncated", bytes: gzip(gzip(GOOD)) },
  {
    what: "zstd with garbage behind it",
    rule: "zstd-trailing",
    bytes: concat(zstd(GOOD), new Uint8Array(4)),
  },
  {
    what: "zstd with half a skippable frame",
    rule: "zstd-truncated",
    bytes: concat(zstd(GOOD), new Uint8Array([0x50, 0x2a, 0x4d, 0x18, 9, 0, 0, 0, 1])),
  },
];

/** Taken, with nothing of what they carry beside contents. */
export const HARMLESS_TARS: readonly Hostile[] = [
  {
    what: "xattrs, ACLs and SELinux labels in PAX records",
    rule: "accepted",
    bytes: tar(
      pax({
        "SCHILY.xattr.user.evil": "1",
        "SCHILY.xattr.security.capability": "\u0001\u0000\u0000\u0002",
        "LIBARCHIVE.xattr.user.evil": "MQ",
        "SCHILY.acl.access": "user:nobody:rwx",
        "RHT.security.selinux": "system_u:object_r:shadow_t:s0",
        uid: "12345",
        gname: "shadow",
        mtime: "-5.5",
      }),
      file("a"),
    ),
  },
  {
    what: "a comment in a global header, as git writes it",
    rule: "accepted",
    bytes: tar(pax({ comment: "0123" }, "g"), file("a")),
  },
  {
    what: "Windows-reserved names, which mean nothing here",
    rule: "accepted",
    bytes: tar(file("aux.py"), file("con"), file("trailing.")),
  },
  {
    what: "a skippable frame before the tar",
    rule: "accepted",
    bytes: concat(new Uint8Array([0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 7]), zstd(GOOD)),
  },
];
