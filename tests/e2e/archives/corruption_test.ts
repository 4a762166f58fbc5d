import { assertEquals } from "@std/assert";
import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { entry, tar } from "../../archive/tar/build.ts";
import { buildZip, noise } from "../../archive/zip/build.ts";
import { attempt } from "./attempt.ts";
import { parallel } from "./parallel.ts";

/** Larger than every buffer on the way: decoders report what they find in later pieces differently. */
const content = noise(3 * 1024 ** 2).map((byte, at) => at % 3 === 0 ? 0 : byte);
const plain = tar(entry({ name: "a.py", content: "a = 1\n" }), entry({ name: "data", content }));

const CHECKSUM = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

const ARCHIVES: Readonly<Record<string, Uint8Array>> = {
  "tar.gz": new Uint8Array(gzipSync(plain)),
  "tar.zst": new Uint8Array(zstdCompressSync(plain, CHECKSUM)),
  "zip": buildZip({ entries: [{ name: "data", content, deflate: true, mode: 0o100644 }] }),
};

const FLIPS = 8;

for (const [format, archive] of Object.entries(ARCHIVES)) {
  Deno.test(`edgeboot fetch never fails on a ${format} with one wrong bit: it refuses it with 65`, async () => {
    const directory = await Deno.makeTempDir({ prefix: "eb-corruption-" });
    try {
      const exits = await parallel(Array.from({ length: FLIPS }, (_, i) => i), async (i) => {
        const bytes = archive.slice();
        // Spread over the file, beginning behind the headers; the last ones hit the trailer.
        const at = Math.min(bytes.length - 3, 64 + Math.floor(bytes.length * i / (FLIPS - 1)));
        bytes[at] = bytes[at]! ^ 0x10;
        await Deno.writeFile(`${directory}/${i}`, bytes);
        return await attempt(`${directory}/${i}`, ({ exit, verdict }) => [at, exit, verdict]);
      });
      const wrong = exits.filter(([, exit]) => exit !== 65);
      assertEquals(wrong, []);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

Deno.test("edgeboot fetch refuses a zstd frame that ends before the size it states", async () => {
  // Its zeros are no tar either, and that shows first.
  const fixture = new URL("../../archive/fixtures/zstd-ends-early.zst", import.meta.url).pathname;
  await attempt(
    fixture,
    ({ exit, verdict }) => assertEquals([exit, verdict], [65, "tar-after-end"]),
    {
      EDGEBOOT_MAX_RATIO: "1000000",
    },
  );
});
