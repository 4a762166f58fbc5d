import { assertEquals, assertRejects } from "@std/assert";
import { type Content, readAll } from "../../src/model/content.ts";

/** Hands out one buffer again and again, as a reader with a single buffer does. */
function contentOf(...texts: string[]): Content {
  const buffer = new Uint8Array(64);
  return {
    kind: "content",
    size: undefined,
    validator: undefined,
    async *chunks() {
      for (const text of texts) {
        const { written } = new TextEncoder().encodeInto(text, buffer);
        yield buffer.subarray(0, written);
      }
    },
  };
}

async function read(limit: number, ...texts: string[]): Promise<string> {
  return new TextDecoder().decode(await readAll(contentOf(...texts), limit));
}

Deno.test("readAll joins chunks that share one buffer", async () => {
  assertEquals(await read(100, "ab", "cd", "e"), "abcde");
  assertEquals(await read(100, "ab"), "ab");
  assertEquals(await read(100), "");
});

Deno.test("readAll throws RangeError when there is more than the limit", async () => {
  assertEquals(await read(5, "abc", "de"), "abcde");
  await assertRejects(() => read(4, "abc", "de"), RangeError, "more than 4 bytes");
});
