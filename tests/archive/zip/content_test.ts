import { assert, assertEquals, assertRejects } from "@std/assert";
import { readZip } from "../../../src/archive/zip/reader.ts";
import { denoCodecs } from "../../../src/host/deno_codecs.ts";
import { EdgebootError } from "../../../src/model/errors.ts";
import { buildZip, HELLO, MiB, noise } from "./build.ts";
import { accepted, CollectingSink, concat, MemoryFile, readBytes } from "./collect.ts";

for (const deflate of [false, true]) {
  const kind = deflate ? "deflated" : "stored";
  Deno.test(`readZip streams ${kind} entries that are too large for one piece`, async () => {
    const content = noise(5 * MiB + 3);
    const bytes = buildZip({
      entries: [HELLO, { name: "big", content, deflate }, {
        name: "described",
        content,
        deflate,
        descriptor: "64",
      }, { ...HELLO, name: "z" }],
    });
    const entries = await accepted(bytes);
    assertEquals(entries.map(({ name }) => name), ["a.txt", "big", "described", "z"]);
    assert(content.every((byte, at) => byte === entries[1]!.content[at]));
    assert(content.every((byte, at) => byte === entries[2]!.content[at]));
  });

  Deno.test(`readZip refuses a wrong CRC-32 at the end of a large ${kind} entry`, async () => {
    const wrong = { crc: 1 };
    const content = noise(3 * MiB);
    const bytes = buildZip({
      entries: [{ name: "big", content, deflate, local: wrong, central: wrong }],
    });
    assertEquals((await readBytes(bytes)).rule, "zip-crc-wrong");
  });
}

Deno.test("readZip stops a large entry at its stated size, whatever else would come out", async () => {
  const bomb = buildZip({
    entries: [{
      name: "zeros",
      content: new Uint8Array(40 * MiB),
      deflate: true,
      local: { size: 3 * MiB },
      central: { size: 3 * MiB },
    }],
  });
  const sink = new CollectingSink();
  const error = await assertRejects(
    () => readZip(new MemoryFile(bomb), bomb.length, sink, denoCodecs),
    EdgebootError,
  );
  assertEquals(error.facts.rule, "zip-size-wrong");
  assert(sink.written <= 3 * MiB);
});

Deno.test("readZip refuses bytes after the last block of a large entry, near and far", async () => {
  const content = noise(3 * MiB);
  const { deflateRawSync } = await import("node:zlib");
  const packed = new Uint8Array(deflateRawSync(content));
  for (const trailing of [1, 600_000]) {
    const longer = concat([packed, new Uint8Array(trailing)]);
    const bytes = buildZip({ entries: [{ name: "big", content, deflate: true, packed: longer }] });
    assertEquals((await readBytes(bytes)).rule, "zip-deflate-trailing", `${trailing} bytes`);
  }
});

Deno.test("readZip refuses large entries that end early or are broken in the middle", async () => {
  const content = noise(3 * MiB);
  const { deflateRawSync } = await import("node:zlib");
  const packed = new Uint8Array(deflateRawSync(content));
  const early = packed.subarray(0, -7);
  const broken = packed.map((byte, at) => at > 500_000 && at < 500_100 ? 0xff : byte);
  for (const bad of [early, broken]) {
    const bytes = buildZip({ entries: [{ name: "big", content, deflate: true, packed: bad }] });
    const { rule } = await readBytes(bytes);
    assert(["zip-deflate-broken", "zip-size-wrong", "zip-crc-wrong"].includes(rule ?? ""), rule);
  }
});

Deno.test("readZip passes on what the sink throws, from small and from large entries", async () => {
  for (const size of [10, 3 * MiB]) {
    const bytes = buildZip({ entries: [{ name: "x", content: noise(size), deflate: true }] });
    const sink = new CollectingSink();
    sink.data = () => {
      throw new RangeError("from the sink");
    };
    await assertRejects(
      () => readZip(new MemoryFile(bytes), bytes.length, sink, denoCodecs),
      RangeError,
      "from the sink",
    );
  }
});
