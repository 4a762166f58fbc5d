import type { Rule } from "../rules.ts";

/**
 * Every reason to call a zip broken, as one tool would see another archive in it than the next. The
 * names are stable: they are in `facts.rule` of ARCHIVE_BROKEN. `refuses` goes on from "the zip" or
 * "the entry"; `source` cites sections of PKWARE's APPNOTE.TXT 6.3.10. Too many entries is no rule
 * but a limit.
 */
export const ZIP_RULES = {
  // the end of the file, from which everything else is found
  "zip-end-missing": {
    refuses: "has no end record that reaches exactly to the end of the file",
    source: "APPNOTE 4.3.16, 4.4.12",
    legitimate:
      "every writer ends the file with it; missing means truncation, more means an appendix",
  },
  "zip-end-ambiguous": {
    refuses: "has a second end record, or a comment that holds records",
    source: "APPNOTE 4.3.1 (only one end record); CVE-2025-54368",
    legitimate: "comments are text; with two ends, two tools see two different archives",
  },
  "zip-multi-disk": {
    refuses: "is part of an archive split over several files",
    source: "APPNOTE 8, 4.4.11, 4.4.19 to 4.4.22",
    legitimate: "a layer is one file by definition",
  },
  "zip-zip64-end-inconsistent": {
    refuses: "has zip64 end records that contradict each other or the plain one",
    source: "APPNOTE 4.3.14, 4.3.15, 4.4.1.4; CVE-2025-8291",
    legitimate: "writers derive all three from the same numbers",
  },
  "zip-number-too-large": {
    refuses: "states a 64-bit size or offset over 2^53",
    source: "APPNOTE 4.4.8, 4.4.9, 4.4.16",
    legitimate: "no file is 8 PiB long",
  },
  "zip-leading-bytes": {
    refuses: "has bytes in front of the first entry",
    source: "APPNOTE 4.3.6; CVE-2017-13156 (Janus)",
    legitimate: "only zip applications have a script in front, and they are not unpacked",
  },
  "zip-prefix-not-script": {
    refuses: "is a zip application with something other than a `#!` script in front",
    source: "PEP 441",
    legitimate: "zipapp, shiv and PEX all write a `#!` line or a short shell script",
  },
  // the central directory
  "zip-directory-misplaced": {
    refuses: "has a central directory that does not end where the end record starts",
    source: "APPNOTE 4.3.6, 4.4.23, 4.4.24",
    legitimate: "bytes between the two belong to nothing",
  },
  "zip-directory-broken": {
    refuses: "has a central directory that is not exactly the stated number of records",
    source: "APPNOTE 4.3.12, 4.4.22, 4.4.23",
    legitimate:
      "count, size and records are written together; signatures (4.3.13) are not used for bundles",
  },
  "zip-entry-encrypted": {
    refuses: "is encrypted",
    source: "APPNOTE 4.4.4 bits 0, 6 and 13, 7",
    legitimate: "edgeboot has no password to open it with",
  },
  "zip-flag-reserved": {
    refuses: "has patched data (flag bit 5) or a reserved flag bit",
    source: "APPNOTE 4.4.4",
    legitimate: "no writer of bundles sets them, and they may change what the data means",
  },
  "zip-method-unsupported": {
    refuses: "is compressed with another method than stored or deflate",
    source: "APPNOTE 4.4.5",
    legitimate: "wheels allow only these two, and every tool reads them",
  },
  "zip-version-unknown": {
    refuses: "needs a newer format version than 6.3",
    source: "APPNOTE 4.4.3.2",
    legitimate: "no such version exists",
  },
  "zip-extra-broken": {
    refuses: "has extra fields that do not fill their space exactly",
    source: "APPNOTE 4.5.1; Android bug 9695860",
    legitimate: "each field states its length, so they add up",
  },
  "zip-extra-duplicate": {
    refuses: "has a zip64 or Unicode path field twice",
    source: "APPNOTE 4.5.3, 4.6.9",
    legitimate: "with two of them, two tools pick two different ones",
  },
  "zip-extra-conflicting": {
    refuses: "has an extra field that redefines mode, link target or encryption",
    source: "APPNOTE 4.5.2, 4.6.3; Info-ZIP 0x756e",
    legitimate: "mode and type have one place: the external attributes",
  },
  "zip-zip64-extra-inconsistent": {
    refuses: "has a zip64 field that does not fit the numbers it stands for",
    source: "APPNOTE 4.5.3, 4.4.1.4",
    legitimate: "writers fill it from the same numbers as the header",
  },
  "zip-name-not-utf8": {
    refuses: "has a name that is flagged as UTF-8 and is not",
    source: "APPNOTE 4.4.4 bit 11, D.1",
    legitimate: "the flag is a promise of the writer",
  },
  "zip-name-unflagged": {
    refuses: "has a non-ASCII name that neither says that it is UTF-8 nor is so and from Unix",
    source: "APPNOTE 4.4.4 bit 11, D.1",
    legitimate: "on Linux, names are UTF-8; code pages are what old tools on Windows write",
  },
  "zip-unicode-path-differs": {
    refuses: "has a Unicode path field that does not repeat the name in the header",
    source: "APPNOTE 4.6.9",
    legitimate: "one entry has one name",
  },
  "zip-directory-entry-mismatch": {
    refuses: "is a directory by one sign and a file by another",
    source: "APPNOTE 4.4.15, 4.4.17",
    legitimate: "writers give directories a trailing slash, a directory mode and no content",
  },
  "zip-type-ambiguous": {
    refuses: "has unknown type bits, or those of a link or device without coming from Unix",
    source: "APPNOTE 4.4.2, 4.4.15",
    legitimate: "some tools would make a link of it, others a file",
  },
  "zip-special-with-content": {
    refuses: "is a device, FIFO or socket with content",
    source: "APPNOTE 4.4.15",
    legitimate: "there is nothing that could hold the content",
  },
  "zip-link-target-invalid": {
    refuses: "is a symlink whose target is empty, over 4096 bytes, or not UTF-8",
    source: "PATH_MAX; Info-ZIP convention of storing the target as content",
    legitimate: "the kernel could not hold such a link, or Python not name it",
  },
  "zip-stored-size-differs": {
    refuses: "is stored, and its packed and unpacked sizes differ",
    source: "APPNOTE 4.4.5 method 0, 4.4.8, 4.4.9",
    legitimate: "stored means that they are the same bytes",
  },
  "zip-entry-duplicate": {
    refuses: "comes twice, and the two differ",
    source: "CVE-2013-4787 (Android master key)",
    legitimate: "which of them wins depends on the tool; `zip -u` replaces the old one",
  },
  "zip-entries-overlap": {
    refuses: "shares bytes with another entry or with the central directory",
    source: "APPNOTE 4.3.2; CVE-2019-13232, CVE-2024-0450",
    legitimate: "only bombs store one piece of data for many entries",
  },
  "zip-stray-bytes": {
    refuses: "is followed by bytes that belong to no entry",
    source: "APPNOTE 4.3.6",
    legitimate:
      "writers place entries back to back; deleted or hidden entries have no use in a layer",
  },
  // the local headers: all that the central directory says, said again
  "zip-local-missing": {
    refuses: "has no local header where the central directory says",
    source: "APPNOTE 4.3.7, 4.4.16",
    legitimate: "an entry without one cannot be read",
  },
  "zip-local-name-differs": {
    refuses: "has another name in its local header",
    source: "APPNOTE 4.3.7, 4.4.17; Android bug 9950697",
    legitimate: "streaming tools believe the local name, others the central one",
  },
  "zip-local-flags-differ": {
    refuses: "has other flags in its local header",
    source: "APPNOTE 4.3.7, 4.4.4",
    legitimate: "writers write both from one record",
  },
  "zip-local-method-differs": {
    refuses: "has another compression method in its local header",
    source: "APPNOTE 4.3.7, 4.4.5",
    legitimate: "writers write both from one record",
  },
  "zip-local-crc-differs": {
    refuses: "has another checksum in its local header",
    source: "APPNOTE 4.3.7, 4.4.7",
    legitimate: "writers write both from one record, or zero where a data descriptor follows",
  },
  "zip-local-size-differs": {
    refuses: "has other sizes in its local header",
    source: "APPNOTE 4.3.7, 4.4.8, 4.4.9",
    legitimate: "writers write both from one record, or zero where a data descriptor follows",
  },
  "zip-descriptor-wrong": {
    refuses: "has a data descriptor that is missing or differs from the central directory",
    source: "APPNOTE 4.3.9, 4.4.4 bit 3",
    legitimate: "streaming writers set bit 3 and repeat the same numbers after the data",
  },
  // the contents
  "zip-truncated": {
    refuses: "ends before what it describes",
    source: "APPNOTE 4.3.6",
    legitimate: "a truncated copy is not the archive",
  },
  "zip-deflate-broken": {
    refuses: "has compressed data that is invalid or ends early",
    source: "RFC 1951 section 3.2",
    legitimate: "no compressor writes it",
  },
  "zip-deflate-trailing": {
    refuses: "has bytes after the end of its compressed data",
    source: "RFC 1951 section 3.2.3; APPNOTE 4.4.8",
    legitimate: "the packed size is what the compressor wrote; more is a hiding place",
  },
  "zip-size-wrong": {
    refuses: "has contents that are longer or shorter than stated",
    source: "APPNOTE 4.4.9",
    legitimate: "a size that lies defeats every limit",
  },
  "zip-crc-wrong": {
    refuses: "has contents whose CRC-32 is not the stated one",
    source: "APPNOTE 4.4.7",
    legitimate: "the writer had the contents and their checksum in its hands together",
  },
} as const satisfies Record<string, Rule>;

export type ZipRuleName = keyof typeof ZIP_RULES;
