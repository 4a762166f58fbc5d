import { changes, type Mutant } from "../mutant.ts";

const ZIP = ["tests/archive/zip/rules_test.ts", "tests/archive/zip/reader_test.ts"];
const TAR = ["tests/archive/format_rules_test.ts", "tests/archive/tar"];
const POLICY = [
  ...["tests/archive/rules_test.ts", "tests/archive/policy_test.ts"],
  ...["tests/archive/names_test.ts"],
];

const local = changes("src/archive/zip/local.ts", ZIP);
const compose = changes("src/archive/tar/compose.ts", TAR);
const tar = changes("src/archive/tar/reader.ts", TAR);
const header = changes("src/archive/tar/header.ts", TAR);
const numbers = changes("src/archive/tar/numbers.ts", TAR);
const pax = changes("src/archive/tar/pax.ts", [...TAR, "tests/archive/rules_test.ts"]);
const zstd = changes("src/archive/zstd_frames.ts", [
  "tests/archive/streams_test.ts",
  "tests/archive/format_rules_test.ts",
]);
const policy = changes("src/archive/policy.ts", POLICY);
const names = changes("src/archive/names.ts", POLICY);
const links = changes("src/archive/links.ts", POLICY);
const meter = changes("src/archive/meter.ts", [...POLICY, "tests/archive/mod_test.ts"]);

export const ARCHIVE: readonly Mutant[] = [
  local(
    "if (!(described && crc === 0)) {",
    "if (!described) {",
    "a CRC in a local header is not compared where a descriptor follows",
    "never",
  ),
  local(
    "u32(descriptor, at) === central.crc &&",
    "true &&",
    "a descriptor may state another CRC than the central directory",
  ),
  local(
    "if (end > placed.end) {",
    "if (end > placed.end + length) {",
    "data may run into the header of the entry that follows",
  ),
  local(
    "if (length === 0) return;",
    "return;",
    "bytes between two entries are read by nobody, and by other readers",
  ),
  compose(
    "(paxSize < USTAR_SIZE_LIMIT || header.size !== 0)",
    "header.size !== 0",
    "a PAX size goes over a header's size of 0, which other readers believe",
    "never",
  ),
  compose(
    'if (link !== "") throw broken(',
    'if (link === "\\n") throw broken(',
    "a plain file with a link target is taken",
  ),
  tar(
    "if (this.#zeroBlocks > 0) throw broken(",
    "if (this.#zeroBlocks > 1) throw broken(",
    "entries behind one block of zeros, which GNU tar never sees, are unpacked",
  ),
  tar(
    'if (!isZero(chunk, at, at + taken)) throw broken("tar-padding");',
    "",
    "bytes that belong to no entry hide in the padding",
  ),
  tar("if (this.#dialect === dialect) return;", "return;", "dialects are mixed in one archive"),
  header(
    'if (!checksumHolds(block)) throw broken("tar-checksum");',
    "",
    "a header with a wrong checksum is believed",
  ),
  header(
    "if (odd && byteLength(full) <= NAME_LENGTH) throw",
    "if (odd && byteLength(full) < 0) throw",
    "a name that begins with a split `.` has two spellings",
  ),
  numbers(
    "if (first !== 0x80) return INVALID;",
    "",
    "a negative or enormous base-256 size is taken for a small one",
  ),
  pax(
    "if (seen.has(record.key)) throw broken(",
    "if (false) throw broken(",
    "of two PAX records of one keyword the last wins, elsewhere the first",
  ),
  pax("if (SPARSE.test(key)) {", "if (false) {", "a sparse file is unpacked as its map"),
  zstd(
    "this.#hasChecksum = (descriptor & 0x04) !== 0;",
    "this.#hasChecksum = (descriptor & 0x01) !== 0;",
    "the wrong bit of a zstd frame says whether a checksum follows",
    "never",
  ),
  zstd(
    'if (this.#state !== "magic" || this.#filled > 0) {',
    'if (this.#state === "block") {',
    "a zstd file that ends inside of a frame is taken for whole",
  ),
  zstd(
    "if (window > this.limits.windowBytes) {",
    "if (window < 0) {",
    "a zstd frame may ask for any amount of memory",
  ),
  policy(
    'throw hostile("link-through-link", name, `target ${showName(target)}`);\n    }\n    return path;',
    "break;\n    }\n    return path;",
    "a hard link's target lies behind a link that leads out",
  ),
  policy(
    'if (kind === "link") throw hostile("path-through-link", name, detail);',
    "",
    "an entry is written through a link",
  ),
  policy(
    "if (isLink || !differInCaseOnly(twin, path)) {",
    "if (!differInCaseOnly(twin, path)) {",
    "where case does not count, an entry is written through a link of another spelling",
  ),
  policy(
    "if (isLink || !differInCaseOnly(twin, path)) {",
    "if (isLink) {",
    "two names that Python takes for one are both taken",
  ),
  policy(
    'if ((mode & 0o4000) !== 0) throw hostile("mode-setuid", name);',
    "",
    "a setuid bit passes unseen",
  ),
  names(
    'if (path.charCodeAt(start + 1) === 0x2e) throw hostile("path-parent", name);',
    "",
    "a name climbs out of the tree",
  ),
  names(
    'if (path.charCodeAt(0) === SLASH) throw hostile("path-absolute", name);',
    "",
    "an absolute name is taken",
  ),
  links(
    'if (climbs > depth) throw hostile("link-escapes"',
    'if (climbs > depth + 1) throw hostile("link-escapes"',
    "a link leads out of the tree by one level",
  ),
  links(
    'if (named) throw hostile("link-not-plain"',
    'if (climbs < 0) throw hostile("link-not-plain"',
    "a link climbs behind a name, that is from wherever that name leads (CVE-2025-4517)",
  ),
  meter(
    "this.#unpacked += size;",
    "this.#unpacked = size;",
    "the limit holds for each file and not for all of them",
  ),
  meter(
    "if (this.#entries + this.#implied > entries) {",
    "if (this.#entries > entries) {",
    "directories that no entry names cost nothing",
  ),
];
