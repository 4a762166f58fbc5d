/**
 * What edgeboot does with the archives of the corpora that allow more than one answer, and why: the
 * tests of the readers and of the compiled binary hold to the same decisions.
 */
export type Decision = readonly [verdict: "accepted" | string, reason: string];

/** malo's "iffy" files are valid by the letter. What edgeboot does with each, and why. */
export const IFFY_TAR: Readonly<Record<string, Decision>> = {
  "backslash_name.tar": ["path-backslash", "a separator for some readers"],
  "empty_name.tar": ["path-empty", "a file without a name"],
  "gnu_magic.tar": ["accepted", "GNU tar's default format"],
  "name_no_nul.tar": ["accepted", "POSIX allows a name of exactly 100 bytes"],
  "no_magic.tar": ["accepted", "version 7, `tar --format=v7`; it has no second reading"],
  "pax_empty_path.tar": ["tar-pax-record", "deletes a record; readers differ, writers never do it"],
  "pax_path_nonzero_fixed.tar": ["accepted", "what PAX is for; the record wins in all readers"],
  "pax_path_second_block.tar": ["tar-pax-duplicate", "two comments in one header"],
  "pax_record_leading_zero_length.tar": ["tar-pax-record", "decimal without leading zeros"],
  "pax_sparse_basic.tar": ["sparse-file", "no sparse files"],
  "pax_utf16_hdrcharset_UTF16.tar": ["tar-pax-charset", "names are UTF-8"],
  "pax_utf16_hdrcharset_utf16.tar": ["tar-pax-charset", "names are UTF-8"],
  "pax_utf16_name.tar": ["path-nul", "UTF-16 in a UTF-8 field has NULs"],
  "regular_nul.tar": ["accepted", "POSIX: typeflag NUL is a regular file"],
  "sparse_no_chunks_nonzero.tar": ["sparse-file", "no sparse files"],
  "sparse_no_chunks_zero.tar": ["sparse-file", "no sparse files"],
  "sparse_zero_chunk.tar": ["sparse-file", "no sparse files"],
  "unknown_A_data.tar": [
    "entry-type-unknown",
    "POSIX would read it as a file; its vendor would not",
  ],
  "unknown_A_zero.tar": [
    "entry-type-unknown",
    "POSIX would read it as a file; its vendor would not",
  ],
};

export const IFFY_ZSTD: Readonly<Record<string, Decision>> = {
  "consecutive_skippable_frames.zst": ["accepted", "pzstd and zstd:chunked write skippable frames"],
  "consecutive_zero_byte_frames.zst": ["accepted", "empty frames add nothing"],
  "dict_id_1byte.zst": ["zstd-dictionary", "a layer needs nothing but itself"],
  "dict_id_2byte.zst": ["zstd-dictionary", "a layer needs nothing but itself"],
  "dict_id_4byte.zst": ["zstd-dictionary", "a layer needs nothing but itself"],
  "dict_id_zero_2byte.zst": ["accepted", "ID 0 means no dictionary, in any width"],
  "dict_id_zero_4byte.zst": ["accepted", "ID 0 means no dictionary, in any width"],
  "empty_skippable.zst": ["accepted", "as other skippable frames"],
  "empty_with_checksum.zst": ["accepted", "the checksum of nothing is right"],
  "multi_empty_blocks.zst": ["accepted", "flushing encoders write empty blocks"],
  "no_final_compressed.zst": ["zstd-truncated", "the last block says that another follows"],
  "no_final_raw.zst": ["zstd-truncated", "the last block says that another follows"],
  "no_final_rle.zst": ["zstd-truncated", "the last block says that another follows"],
  "raw_block_empty.zst": ["accepted", "how an encoder ends an empty frame"],
  "rle_block_empty.zst": ["zstd-data", "libzstd refuses it: nothing to repeat"],
  "single_segment_16mb.zst": ["accepted", "below the memory limit"],
  "single_segment_1gb.zst": ["zstd-window", "over the memory limit"],
  "skippable_between_frames.zst": ["accepted", "as other skippable frames"],
  "skippable_only.zst": ["zstd-no-data", "nothing in it"],
  "unused_bit_set.zst": ["zstd-frame", "no encoder sets it; it may come to mean something"],
  "window_16mb.zst": ["accepted", "below the memory limit"],
  "window_1gb.zst": ["zstd-window", "over the memory limit"],
};

export const IFFY_DEFLATE: Readonly<Record<string, Decision>> = {
  "nonzero_padding.deflate": [
    "accepted",
    "RFC 1951 leaves the bits after the last block open; all inflaters ignore them, and they " +
    "are at most 7",
  ],
};

/** What CPython's strict filter takes by rewriting it (stripping, dereferencing), we refuse. */
export const STRICTER: Readonly<Record<string, string>> = {
  "test_absolute-1.tar": "path-absolute",
  "test_exfiltration_via_symlink-1.tar": "link-not-plain",
  "test_link_fallback_normalizes-1.tar": "path-parent",
  "test_modes-1.tar": "mode-setuid",
  "test_parent_dir_out_and_back-1.tar": "path-parent",
  "test_parent_symlink-1.tar": "link-not-plain",
  "test_sneaky_hardlink_relocation-1.tar": "link-escapes",
};

/** Refused for a named rule, where node-tar (without `strict`) goes on with what it can read. */
export const NODE_TAR_REFUSED: Readonly<Record<string, string>> = {
  "bad-cksum.tar": "tar-checksum",
  "global-header.tar": "tar-pax-global",
  "links-invalid.tar": "tar-link-on-file",
  "links-strip.tar": "tar-end-missing",
  "long-pax.tar": "tar-end-missing",
  "next-file-has-long.tar": "tar-dialects-mixed",
  "path-missing.tar": "path-empty",
};

/**
 * Malicious only to those who refuse all links, or the root by the name that pax and tar-fs give it. What
 * they make stays inside.
 */
export const CONTAINED = {
  "prefix_empty_name_dot.tar": {},
  "hardlink.tar": { "hard.txt": 'file 0444 "hello"', "target.txt": 'file 0444 "hello"' },
  "symlink.tar": { "sym.txt": "link -> target.txt", "target.txt": 'file 0444 "hello"' },
};

/** Our decision on what malo calls iffy: a rule, or the reason why it is accepted. */
export const IFFY_ZIP: Readonly<Record<string, string>> = {
  "8bitcomment.zip": "zip-end-missing",
  "comment_cdsize_0.zip": "zip-local-crc-differs",
  "comment_cdsize_3.zip": "zip-local-crc-differs",
  "crc_collision_empty_nonempty.zip": "accepted: the CRC-32 of that content is 0, and was compared",
  "crc_collision_two_nonempty.zip": "accepted: the CRC-32 of both is 0, and was compared",
  "crc_zero_nonempty.zip": "accepted: the CRC-32 of that content is 0, and was compared",
  "data_descriptor_cd_zero.zip": "zip-descriptor-wrong",
  "data_descriptor_flag_off.zip": "zip-local-crc-differs",
  "data_descriptor_flag_off_cd_zero.zip": "zip-stray-bytes",
  "data_descriptor_no_sig.zip": "zip-descriptor-wrong",
  "data_descriptor_zero*.zip": "zip-descriptor-wrong",
  "extra3byte.zip": "zip-extra-broken",
  "non_ascii_original_name.zip": "zip-unicode-path-differs",
  "nosubdir.zip": "accepted: most wheels have no entries for directories",
  "prefix_non_ascii_original_name.zip": "zip-unicode-path-differs",
  "prefix*.zip": "zip-leading-bytes",
  "store_cdsize_*.zip": "zip-local-crc-differs",
  "suffix_not_comment.zip": "zip-end-missing",
  "trailing_slash_attr_mismatch.zip": "zip-directory-entry-mismatch",
  "zip64_eocd_extensible_data.zip": "zip-zip64-end-inconsistent",
  "zip64_extra_too_long.zip": "zip-zip64-extra-inconsistent",
  "zip64_extra_too_short.zip": "zip-zip64-extra-inconsistent",
};

/** The decision on one of malo's iffy zips: `RULE` or `accepted: REASON`. */
export function decisionOnZip(name: string): string | undefined {
  if (name in IFFY_ZIP) return IFFY_ZIP[name];
  const pattern = Object.keys(IFFY_ZIP).find((key) => {
    const [head, tail] = key.split("*");
    return tail !== undefined && name.startsWith(head!) && name.endsWith(tail);
  });
  return pattern === undefined ? undefined : IFFY_ZIP[pattern];
}
