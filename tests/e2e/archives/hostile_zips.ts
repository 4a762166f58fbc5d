import { concat } from "../../archive/support.ts";
import {
  buildZip,
  type EntrySpec,
  extraField,
  HELLO,
  noise,
  pack,
  text,
  unicodePath,
} from "../../archive/zip/build.ts";
import type { Hostile } from "./hostile.ts";

const zip = (...entries: EntrySpec[]) => buildZip({ entries });
const FILE = 0o100644;
const LINK = 0o120777;
const NFC = "caf\u00e9";
const zip64 = (...values: number[]) => extraField(1, concat(...values.map((v) => pack([8, v]))));

/** Tricks with zip that other tools fell for, beyond the given corpora. */
export const HOSTILE_ZIPS: readonly Hostile[] = [
  // names
  { what: "zip slip", rule: "path-parent", bytes: zip(HELLO, { name: "../../evil" }) },
  {
    what: "zip slip with backslashes",
    rule: "path-backslash",
    bytes: zip({ name: "..\\..\\evil" }),
  },
  { what: "an absolute name", rule: "path-absolute", bytes: zip({ name: "/etc/cron.d/evil" }) },
  { what: "a drive", rule: "path-drive", bytes: zip({ name: "C:/evil" }) },
  { what: "a NUL in the name", rule: "path-nul", bytes: zip({ name: "a.py\0.txt" }) },
  { what: "the empty name", rule: "path-empty", bytes: zip({ name: "" }) },
  { what: "a dot", rule: "path-dot", bytes: zip({ name: "a/./b" }) },
  { what: "two slashes", rule: "path-empty-component", bytes: zip({ name: "a//b" }) },
  {
    what: "a Kelvin sign and a K",
    rule: "entry-collides",
    bytes: zip({ name: "K" }, { name: "\u212a" }),
  },
  {
    what: "two names that differ by NFC and NFD",
    rule: "entry-collides",
    bytes: zip({ name: NFC }, { name: NFC.normalize("NFD") }),
  },
  {
    what: "the same name twice",
    rule: "zip-entry-duplicate",
    bytes: zip({ name: "a" }, { name: "a", content: "other" }),
  },
  {
    what: "a file and a directory of one name",
    rule: "directory-over-entry",
    bytes: zip({ name: "a" }, { name: "a/" }),
  },
  {
    what: "a file below a file",
    rule: "path-through-file",
    bytes: zip({ name: "a" }, { name: "a/b" }),
  },
  {
    what: "a local name that the central directory does not have",
    rule: "zip-local-name-differs",
    bytes: zip({ name: "safe.py", local: { name: text("evil.py") } }),
  },
  {
    what: "a Unicode path field with another name",
    rule: "zip-unicode-path-differs",
    bytes: zip({ name: "safe.py", extra: unicodePath(text("safe.py"), text("../evil")) }),
  },
  {
    what: "a Unicode path field for another header name",
    rule: "zip-unicode-path-differs",
    bytes: zip({ name: "safe.py", extra: unicodePath(text("other"), text("../evil")) }),
  },
  {
    what: "a Unicode path field in the local header alone",
    rule: "zip-unicode-path-differs",
    bytes: zip({
      name: "safe.py",
      local: { extra: unicodePath(text("safe.py"), text("../evil")) },
    }),
  },
  // links and types
  {
    what: "a symlink to /",
    rule: "link-absolute",
    bytes: zip({ name: "l", content: "/", mode: LINK }),
  },
  {
    what: "a symlink, then a file below it",
    rule: "path-through-link",
    bytes: zip({ name: "l", content: "d", mode: LINK }, { name: "l/x", mode: FILE }),
  },
  {
    what: "a file below a symlink that comes later",
    rule: "entry-over-directory",
    bytes: zip({ name: "l/x", mode: FILE }, { name: "l", content: "d", mode: LINK }),
  },
  {
    what: "a symlink by way of ..",
    rule: "link-not-plain",
    bytes: zip({ name: "l", content: "a/../..", mode: LINK }),
  },
  {
    what: "a symlink that DOS made",
    rule: "zip-type-ambiguous",
    bytes: zip({ name: "l", content: "/", central: { external: LINK * 65536, madeBy: 20 } }),
  },
  { what: "a device", rule: "device", bytes: zip({ name: "null", mode: 0o020666 }) },
  { what: "setuid", rule: "mode-setuid", bytes: zip({ name: "su", mode: 0o104755 }) },
  {
    what: "a directory with content",
    rule: "zip-directory-entry-mismatch",
    bytes: zip({ name: "d/", content: "x", mode: 0o040755 }),
  },
  {
    what: "a second mode and link target in an extra field",
    rule: "zip-extra-conflicting",
    bytes: zip({ name: "a", extra: extraField(0x756e, new Uint8Array(15)) }),
  },
  // structure
  {
    what: "two archives, one after the other",
    rule: "zip-leading-bytes",
    bytes: concat(zip(HELLO), zip(HELLO)),
  },
  {
    what: "data in front",
    rule: "a zip archive with something in front of it, which looks like data of no known format",
    bytes: buildZip({ entries: [HELLO], prefix: text("junk\x01") }),
  },
  {
    what: "data behind",
    rule: "zip-end-missing",
    bytes: buildZip({ entries: [HELLO], suffix: text("junk") }),
  },
  {
    what: "an end record in the comment",
    rule: "zip-end-ambiguous",
    bytes: buildZip({
      entries: [HELLO],
      end: { comment: concat(text("PK\x05\x06"), new Uint8Array(18)) },
    }),
  },
  {
    what: "bytes between two entries",
    rule: "zip-stray-bytes",
    bytes: zip({ ...HELLO, after: noise(40) }, { name: "b" }),
  },
  {
    what: "bytes before the central directory",
    rule: "zip-stray-bytes",
    bytes: zip({ ...HELLO, after: noise(40) }),
  },
  {
    what: "a local entry that is not in the central directory",
    rule: "zip-stray-bytes",
    bytes: zip({ ...HELLO, after: zip({ name: "hidden" }).subarray(0, 36) }),
  },
  {
    what: "an entry twice in the central directory",
    rule: "zip-entries-overlap",
    bytes: zip(HELLO, { name: "b", central: { offset: 0 } }),
  },
  {
    what: "a directory with too few records",
    rule: "zip-directory-broken",
    bytes: buildZip({ entries: [HELLO, { name: "b" }], end: { entries: 1, entriesHere: 1 } }),
  },
  {
    what: "a second disk",
    rule: "zip-multi-disk",
    bytes: buildZip({ entries: [HELLO], end: { disk: 1 } }),
  },
  { what: "encryption", rule: "zip-entry-encrypted", bytes: zip({ ...HELLO, flags: 1 }) },
  { what: "patched data", rule: "zip-flag-reserved", bytes: zip({ ...HELLO, flags: 1 << 5 }) },
  {
    what: "bzip2 inside",
    rule: "zip-method-unsupported",
    bytes: zip({ ...HELLO, local: { method: 12 }, central: { method: 12 } }),
  },
  // numbers
  {
    what: "another size in the local header",
    rule: "zip-local-size-differs",
    bytes: zip({ ...HELLO, local: { size: 1 } }),
  },
  {
    what: "another method in the local header",
    rule: "zip-local-method-differs",
    bytes: zip({ ...HELLO, local: { method: 0 } }),
  },
  {
    what: "another CRC",
    rule: "zip-crc-wrong",
    bytes: zip({ name: "a", content: "x", local: { crc: 1 }, central: { crc: 1 } }),
  },
  {
    what: "a stored entry of two sizes",
    rule: "zip-stored-size-differs",
    bytes: zip({ name: "a", content: "xx", local: { size: 1 }, central: { size: 1 } }),
  },
  {
    what: "a claim of 4 GiB",
    rule: "ratio",
    bytes: zip({ ...HELLO, local: { size: 0xfffffffe }, central: { size: 0xfffffffe } }),
  },
  {
    what: "zip64 sizes for plain numbers that are not full",
    rule: "zip-zip64-extra-inconsistent",
    bytes: zip({ ...HELLO, extra: zip64(1, 1) }),
  },
  {
    what: "two zip64 fields",
    rule: "zip-extra-duplicate",
    bytes: zip({ ...HELLO, extra: concat(zip64(), zip64()) }),
  },
  {
    what: "zip64 sizes over 2^53",
    rule: "zip-number-too-large",
    bytes: zip({
      ...HELLO,
      local: { size: 0xffffffff, extra: zip64(2 ** 60) },
      central: { size: 0xffffffff, extra: zip64(2 ** 60) },
    }),
  },
  {
    what: "a zip64 end record with another count",
    rule: "zip-zip64-end-inconsistent",
    bytes: buildZip({ entries: [HELLO], zip64: { end: { entries: 2, entriesHere: 2 } } }),
  },
  {
    what: "a data descriptor with other numbers",
    rule: "zip-descriptor-wrong",
    bytes: zip({ ...HELLO, descriptor: concat(pack([4, 0x08074b50], [4, 1], [4, 2], [4, 3])) }),
  },
  { what: "bytes behind the deflate stream", rule: "zip-deflate-trailing", bytes: trailing() },
];

/** The packed size includes eight bytes that no inflater reads. */
function trailing(): Uint8Array {
  const packed = concat(new Uint8Array([0x03, 0x00]), noise(8));
  return zip({ name: "a", deflate: true, packed });
}
