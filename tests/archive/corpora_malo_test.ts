import { assert, assertEquals } from "@std/assert";
import { crc32, inflateRawSync } from "node:zlib";
import { corpusTests, filesIn } from "./corpora.ts";
import { decompress } from "./streams.ts";
import { concat, tryUnpack, verdict } from "./support.ts";

/** malo's "iffy" files are valid by the letter. What edgeboot does with each, and why. */
const IFFY_TAR: Record<string, readonly ["accepted" | string, reason: string]> = {
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

const IFFY_ZSTD: Record<string, readonly ["accepted" | string, reason: string]> = {
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

const IFFY_DEFLATE: Record<string, readonly ["accepted" | string, reason: string]> = {
  "nonzero_padding.deflate": [
    "accepted",
    "RFC 1951 leaves the bits after the last block open; all inflaters ignore them, and they " +
    "are at most 7",
  ],
};

/** Links that stay inside are made: these two are malicious only to those who refuse all links. */
const CONTAINED = {
  "hardlink.tar": { "hard.txt": 'file 0444 "hello"', "target.txt": 'file 0444 "hello"' },
  "symlink.tar": { "sym.txt": "link -> target.txt", "target.txt": 'file 0444 "hello"' },
};

interface Expectation {
  readonly expected?: readonly { readonly member: string; readonly type: string }[];
}

corpusTests("malo/tar", (root) => {
  for (const name of filesIn(`${root}/accept`, ".tar")) {
    Deno.test(`malo tar accept/${name} is accepted, with the expected members`, async () => {
      const outcome = await tryUnpack({ path: `${root}/accept/${name}` });
      assertEquals(verdict(outcome), "accepted");
      const expected = readJson(`${root}/accept/${name}`).expected;
      if (expected === undefined) return;
      const members = expected.map(({ member }) => member.replace(/\/$/, ""));
      assertEquals(Object.keys(outcome.tree), members);
    });
  }
  for (const [name, [rule, reason]] of Object.entries(IFFY_TAR)) {
    Deno.test(`malo tar iffy/${name}: ${rule}, since ${reason}`, async () => {
      const outcome = await tryUnpack({ path: `${root}/iffy/${name}` });
      assertEquals(verdict(outcome).split(" ").at(-1), rule);
    });
  }
  Deno.test("malo tar iffy: each file has a decision", () => {
    assertEquals(filesIn(`${root}/iffy`, ".tar"), Object.keys(IFFY_TAR).sort());
  });
  for (const group of ["malicious", "reject"]) {
    for (const name of filesIn(`${root}/${group}`, ".tar")) {
      const contained = CONTAINED[name as keyof typeof CONTAINED];
      if (contained !== undefined) {
        Deno.test(`malo tar ${group}/${name} has a link that stays inside`, async () => {
          const outcome = await tryUnpack({ path: `${root}/${group}/${name}` });
          assertEquals(outcome.tree, contained);
        });
        continue;
      }
      Deno.test(`malo tar ${group}/${name} is refused by a named rule`, async () => {
        const outcome = await tryUnpack({ path: `${root}/${group}/${name}` });
        assert(/^ARCHIVE_(?:BROKEN|HOSTILE) \S+$/.test(verdict(outcome)), verdict(outcome));
      });
    }
  }
});

corpusTests("malo/zstd", (root) => {
  for (const name of filesIn(`${root}/accept`, ".zst")) {
    Deno.test(`malo zstd accept/${name} is accepted`, async () => {
      assertEquals((await decompress(read(`${root}/accept/${name}`))).verdict, "accepted");
    });
  }
  for (const [name, [rule, reason]] of Object.entries(IFFY_ZSTD)) {
    Deno.test(`malo zstd iffy/${name}: ${rule}, since ${reason}`, async () => {
      assertEquals((await decompress(read(`${root}/iffy/${name}`))).verdict, rule);
    });
  }
  Deno.test("malo zstd iffy: each file has a decision", () => {
    assertEquals(filesIn(`${root}/iffy`, ".zst"), Object.keys(IFFY_ZSTD).sort());
  });
  for (const group of ["malicious", "reject"]) {
    for (const name of filesIn(`${root}/${group}`, ".zst")) {
      Deno.test(`malo zstd ${group}/${name} is refused by a named rule`, async () => {
        const { verdict } = await decompress(read(`${root}/${group}/${name}`), "zstd");
        assert(verdict.startsWith("zstd-"), verdict);
      });
    }
  }
});

corpusTests("malo/deflate", (root) => {
  // The files are bare deflate; they come to edgeboot inside of gzip (and of zip).
  for (const name of filesIn(`${root}/accept`, ".deflate")) {
    Deno.test(`malo deflate accept/${name} is accepted in gzip`, async () => {
      const deflate = read(`${root}/accept/${name}`);
      const content = new Uint8Array(inflateRawSync(deflate));
      assertEquals(await decompress(gzip(deflate, content)), {
        verdict: "accepted",
        bytes: content,
      });
    });
  }
  for (const [name, [rule, reason]] of Object.entries(IFFY_DEFLATE)) {
    Deno.test(`malo deflate iffy/${name}: ${rule}, since ${reason}`, async () => {
      const deflate = read(`${root}/iffy/${name}`);
      const { verdict } = await decompress(gzip(deflate, inflateRawSync(deflate)));
      assertEquals(verdict, rule);
    });
  }
  for (const group of ["malicious", "reject"]) {
    for (const name of filesIn(`${root}/${group}`, ".deflate")) {
      Deno.test(`malo deflate ${group}/${name} is refused in gzip`, async () => {
        const { verdict } = await decompress(
          gzip(read(`${root}/${group}/${name}`), new TextEncoder().encode("hello")),
        );
        assert(/^gzip-(?:deflate|checksum|truncated|trailing|members)$/.test(verdict), verdict);
      });
    }
  }
});

function read(path: string): Uint8Array {
  return Deno.readFileSync(path);
}

function readJson(tarPath: string): Expectation {
  try {
    return JSON.parse(Deno.readTextFileSync(tarPath.replace(/\.tar$/, ".json"))) as Expectation;
  } catch {
    return {};
  }
}

const GZIP_HEADER = new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);

/** The deflate data as a gzip file whose trailer is that of `content`. */
function gzip(deflate: Uint8Array, content: Uint8Array): Uint8Array {
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, crc32(content), true);
  trailer.setUint32(4, content.length, true);
  return concat(GZIP_HEADER, deflate, new Uint8Array(trailer.buffer));
}
