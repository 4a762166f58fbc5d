import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { constants, deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import { crc32 } from "node:zlib";
import { decompress } from "./streams.ts";
import { concat } from "./support.ts";

const text = (value: string) => new TextEncoder().encode(value);
const noise = (length: number) => {
  const bytes = new Uint8Array(length);
  let state = 1;
  for (let i = 0; i < length; i++) bytes[i] = state = (Math.imul(state, 1103515245) + 12345) >>> 16;
  return bytes;
};

function gzip(deflate: Uint8Array, content: Uint8Array, flags = 0, fields = new Uint8Array(0)) {
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, crc32(content), true);
  trailer.setUint32(4, content.length, true);
  const header = new Uint8Array([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3]);
  return concat(header, fields, deflate, new Uint8Array(trailer.buffer));
}

/** Stored blocks: the compressed length can be chosen to the byte. */
function stored(content: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < content.length; at += 65535) {
    const piece = content.subarray(at, at + 65535);
    const last = at + 65535 >= content.length ? 1 : 0;
    const n = piece.length;
    parts.push(new Uint8Array([last, n & 255, n >> 8, ~n & 255, ~n >> 8 & 255]), piece);
  }
  return concat(...parts);
}

// The decoder is fed pieces of 16 KiB and the file is read by 256 KiB: the end of the deflate data
// and of the trailer are put on, before and behind each such border.
for (const border of [16 * 1024, 32 * 1024, 256 * 1024 - 10, 256 * 1024 - 18]) {
  for (const offset of [-9, -8, -1, 0, 1, 8]) {
    Deno.test(`gunzip finds the end when deflate data has ${border} ${offset} bytes`, async () => {
      const length = border + offset;
      const content = noise(length - 5 * Math.ceil((length - 5) / 65540));
      const deflate = stored(content);
      const packed = gzip(deflate, content);
      assertEquals(await decompress(packed), { verdict: "accepted", bytes: content });
      assertEquals((await decompress(packed.subarray(0, -8))).verdict, "gzip-truncated");
      assertEquals((await decompress(packed.subarray(0, -1))).verdict, "gzip-truncated");
      assertEquals((await decompress(concat(packed, text("x")))).verdict, "gzip-trailing");
      assertEquals(
        (await decompress(concat(packed, packed.subarray(0, -1)))).verdict,
        "gzip-truncated",
      );
      const twice = { verdict: "accepted", bytes: concat(content, content) };
      assertEquals(await decompress(concat(packed, packed)), twice);
      assertEquals(await decompress(concat(packed, packed, new Uint8Array(300_000))), twice);
    });
  }
}

Deno.test("gunzip takes all header fields of RFC 1952", async () => {
  const content = text("hello");
  const deflate = new Uint8Array(deflateRawSync(content));
  const extra = new Uint8Array([4, 0, 1, 2, 3, 4]);
  const fields = concat(extra, text("name\0"), text("comment\0"));
  const header = concat(new Uint8Array([0x1f, 0x8b, 8, 0x1f, 0, 0, 0, 0, 0, 3]), fields);
  const sum = crc32(header) & 0xffff;
  const withSum = concat(fields, new Uint8Array([sum & 255, sum >> 8]));
  for (const pieces of [1, 7, 4096]) {
    const packed = gzip(deflate, content, 0x1f, withSum);
    assertEquals(await decompress(packed, "gzip", pieces), { verdict: "accepted", bytes: content });
  }
});

Deno.test("gunzip and unzstd give back what was compressed, whatever the read sizes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 5000 }),
      fc.integer({ min: 1, max: 600 }),
      async (content: Uint8Array, pieces: number) => {
        for (const packed of [gzipSync(content), zstdCompressSync(content)]) {
          assertEquals(await decompress(new Uint8Array(packed), undefined, pieces), {
            verdict: "accepted",
            bytes: new Uint8Array(content),
          });
        }
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("gunzip and unzstd refuse every prefix of a file", async () => {
  const content = text("some content, some content, some more content");
  for (
    const packed of [new Uint8Array(gzipSync(content)), new Uint8Array(zstdCompressSync(content))]
  ) {
    const kind = packed[0] === 0x1f ? "gzip" : "zstd";
    for (let length = 0; length < packed.length; length++) {
      const { verdict } = await decompress(packed.slice(0, length), kind);
      assertEquals(verdict, length === 0 && kind === "zstd" ? "zstd-no-data" : `${kind}-truncated`);
    }
  }
});

Deno.test("unzstd expects a checksum where the frame announces one, and there alone", async () => {
  const frame = (checksum: boolean) => {
    const params = { [constants.ZSTD_c_checksumFlag]: checksum ? 1 : 0 };
    return new Uint8Array(zstdCompressSync(text("some content"), { params }));
  };
  for (
    const packed of [frame(true), frame(false), concat(frame(true), frame(false), frame(true))]
  ) {
    for (const pieces of [1, 5, 4096]) {
      assertEquals((await decompress(packed, "zstd", pieces)).verdict, "accepted");
    }
  }
  const whole = frame(true);
  assertEquals((await decompress(whole.slice(0, -4), "zstd")).verdict, "zstd-truncated");
});

Deno.test("unzstd joins frames, and passes over skippable ones", async () => {
  const skippable = (magic: number, length: number) =>
    concat(new Uint8Array([magic, 0x2a, 0x4d, 0x18, length, 0, 0, 0]), new Uint8Array(length));
  const one = new Uint8Array(zstdCompressSync(text("one")));
  const two = new Uint8Array(zstdCompressSync(text("two")));
  const packed = concat(skippable(0x50, 3), one, skippable(0x5f, 0), two, skippable(0x55, 200));
  for (const pieces of [1, 2, 3, 5, 64, 4096]) {
    assertEquals(await decompress(packed, "zstd", pieces), {
      verdict: "accepted",
      bytes: text("onetwo"),
    });
  }
});
