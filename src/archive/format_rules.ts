import type { Rule } from "./rules.ts";

/**
 * Every reason to call a tar, gzip or zstd file broken (zip has its own table). The names are
 * stable: they are in `facts.rule` of ARCHIVE_BROKEN. `refuses` goes on from "the tar", "the gzip
 * file", "the zstd file". "pax" is POSIX.1-2017 XCU pax, EXTENDED DESCRIPTION.
 */
export const FORMAT_RULES = {
  "tar-checksum": {
    refuses: "has a header whose checksum does not match",
    source: "pax, ustar chksum",
    legitimate: "every writer computes it; a wrong one means damage or a lost position",
  },
  "tar-header-unknown": {
    refuses: "has a header that is neither ustar, GNU nor version 7",
    source: "pax, ustar magic and version; star keeps times in the prefix's tail",
    legitimate: "GNU tar, bsdtar, Python, Go, git and busybox write one of the three",
  },
  "tar-number": {
    refuses: "has a size or mode that is no number in its format",
    source: "pax, ustar: octal digits; base 256 is GNU's",
    legitimate: "a size that readers parse differently frames different entries",
  },
  "tar-field-residue": {
    refuses: "has bytes behind the NUL that ends a name",
    source: "pax, ustar name, linkname, prefix; CWE-158",
    legitimate: "writers clear the header first",
  },
  "tar-name-split": {
    refuses: "has a prefix of '.', or nothing behind the prefix, for a name that fits in one field",
    source: "pax, ustar prefix: for names longer than 100 bytes; malo prefix_dot_name_foo",
    legitimate: "npm's packer splits where a slash is, GNU tar at './' only where it must",
  },
  "tar-gnu-prefix": {
    refuses: "has bytes in a GNU header where others have a prefix",
    source: "GNU tar manual, struct oldgnu_header; Python takes them for the beginning of the name",
    legitimate: "only `tar --incremental` has times there: pack without -g and -G",
  },
  "tar-dialects-mixed": {
    refuses: "mixes headers or extensions of different tar formats",
    source: "readers differ in which extension wins; GNU tar manual, Tar Internals",
    legitimate: "one writer writes one format: `tar --format=pax` or `--format=gnu`",
  },
  "tar-pax-record": {
    refuses: "has a PAX record that breaks the grammar",
    source: 'pax, Extended Header: "%d %s=%s\\n"',
    legitimate: "writers compute the length; readers resynchronise at different places",
  },
  "tar-pax-keyword": {
    refuses: "has a PAX keyword that begins or ends with a blank",
    source: "GNU tar takes ` path` for path, others for a keyword that nobody knows",
    legitimate: "no writer has such keywords",
  },
  "tar-pax-duplicate": {
    refuses: "has a PAX keyword twice in one extended header",
    source: "pax lets the last one win, other readers take the first",
    legitimate: "writers keep keywords in a map",
  },
  "tar-pax-charset": {
    refuses: "has names in another charset than UTF-8",
    source: "pax, hdrcharset",
    legitimate: "UTF-8 and BINARY are accepted, and no writer names another",
  },
  "tar-pax-global": {
    refuses: "has a global PAX header that sets the name, link target or size of all entries",
    source: "pax, typeflag g",
    legitimate: "git and others put a comment or times there",
  },
  "tar-pax-globals": {
    refuses: "has more than 1,000 global PAX headers",
    source: "pax, typeflag g; work without end for no entry (CWE-400)",
    legitimate: "git writes one",
  },
  "tar-pax-disagrees": {
    refuses: "has a PAX record that contradicts its header without need",
    source: "pax: records hold what the header cannot; CVE-2025-62518 (size)",
    legitimate: "writers truncate or zero only what does not fit",
  },
  "tar-extension-stacked": {
    refuses: "has an extended header that does not directly precede its entry",
    source: "pax, typeflag x: the next entry; GNU: L and K at most once",
    legitimate: "writers write one extended header and then the entry",
  },
  "tar-extension-size": {
    refuses: "has an extended header that is empty or larger than 1 MiB",
    source: "CVE-2018-20482 and kin: metadata that exhausts memory",
    legitimate: "long names have some hundred bytes",
  },
  "tar-link-on-file": {
    refuses: "gives a link target to something that is no link",
    source: "pax, ustar linkname; some readers would make a link of it",
    legitimate: "writers leave the field empty",
  },
  "tar-padding": {
    refuses: "has bytes other than zero between the content of an entry and the next block",
    source: "pax, ustar: blocks of 512 bytes; bytes that belong to nothing",
    legitimate: "writers pad with zeros",
  },
  "tar-end-missing": {
    refuses: "ends without the two zero blocks that mark its end",
    source: "pax, ustar Interchange Format",
    legitimate: "a file that was cut between two entries looks like this",
  },
  "tar-end-single": {
    refuses: "has entries after a single zero block",
    source: "pax, ustar Interchange Format; readers that stop there see less",
    legitimate: "writers write two",
  },
  "tar-after-end": {
    refuses: "has something after its end other than up to 1 MiB of zeros",
    source: "pax, ustar Interchange Format; `cat a.tar b.tar`",
    legitimate: "writers fill a record with zeros, of 1 MiB at most (`tar -b 2048`)",
  },
  "tar-truncated": {
    refuses: "ends in the middle of an entry",
    source: "pax, ustar Interchange Format",
    legitimate: "a truncated copy is not the archive",
  },
  "gzip-header": {
    refuses: "has a wrong header: method, reserved flags, header checksum or length",
    source: "RFC 1952 section 2.3.1",
    legitimate: "gzip, pigz, Python and Go write method 8 and no reserved flag",
  },
  "gzip-deflate": {
    refuses: "has invalid compressed data",
    source: "RFC 1951 section 3.2",
    legitimate: "no compressor writes it",
  },
  "gzip-checksum": {
    refuses: "has contents that do not match its CRC-32 or its length",
    source: "RFC 1952 section 2.3.1, CRC32 and ISIZE",
    legitimate: "a mismatch is damage from before the digest was taken",
  },
  "gzip-truncated": {
    refuses: "ends too early",
    source: "RFC 1952 section 2.3",
    legitimate: "a truncated copy is not the archive",
  },
  "gzip-members": {
    refuses: "has over 1,000 members, and more than one for each 512 bytes of contents",
    source: "millions of empty members cost minutes and hold nothing (CWE-400)",
    legitimate: "bgzip writes one for each 64 KiB; `zcat FILE | gzip` makes one of all",
  },
  "gzip-trailing": {
    refuses: "has bytes after its end that are neither another member nor all zero",
    source: "RFC 1952 section 2.2; behind zeros, Python reads on and gzip stops",
    legitimate: "bytes that belong to nothing: `zcat FILE | gzip` leaves them out",
  },
  "zstd-frame": {
    refuses: "has a frame header with a wrong magic, or with reserved or unused bits set",
    source: "RFC 8878 section 3.1.1.1",
    legitimate: "no encoder sets them",
  },
  "zstd-window": {
    refuses: "needs more than 128 MiB of memory to be decoded",
    source: "RFC 8878 section 3.1.1.1.2 and 7.2",
    legitimate: "`zstd -d` refuses the same without --long; all levels stay below",
  },
  "zstd-dictionary": {
    refuses: "was compressed with a dictionary",
    source: "RFC 8878 section 3.1.1.1.3",
    legitimate: "a layer is complete in itself: compress without -D",
  },
  "zstd-block": {
    refuses: "has a block of the reserved type, or larger than allowed",
    source: "RFC 8878 section 3.1.1.2",
    legitimate: "encoders write blocks of 128 KiB at most",
  },
  "zstd-data": {
    refuses: "has invalid compressed data, or contents that do not match their checksum or size",
    source: "RFC 8878 section 3.1.1, Frame_Content_Size and Content_Checksum",
    legitimate:
      "it was damaged before the digest was taken, or compressed with `-D` and raw content",
  },
  "zstd-truncated": {
    refuses: "ends too early",
    source: "RFC 8878 section 3.1",
    legitimate: "a truncated copy is not the archive",
  },
  "zstd-trailing": {
    refuses: "has bytes after a frame that are no frame",
    source: "RFC 8878 section 3.1",
    legitimate: "bytes that belong to nothing",
  },
  "zstd-no-data": {
    refuses: "has only skippable frames",
    source: "RFC 8878 section 3.1.2",
    legitimate: "there is nothing in it",
  },
  "zstd-blocks": {
    refuses: "has over 65,536 blocks, and more than one for each 512 bytes of contents",
    source: "millions of empty blocks cost minutes and hold nothing (CWE-400)",
    legitimate: "encoders fill blocks of 128 KiB, and flush after a write at the earliest",
  },
  "zstd-frames": {
    refuses: "has more than 65,536 frames",
    source: "millions of empty frames cost seconds and hold nothing",
    legitimate: "zstd writes one, pzstd one per some MiB",
  },
} as const satisfies Record<string, Rule>;

export type FormatRuleName = keyof typeof FORMAT_RULES;
