import { assertEquals, assertRejects } from "@std/assert";
import { checkZip } from "../../../src/archive/zip/reader.ts";
import { denoCodecs } from "../../../src/host/deno_codecs.ts";
import { EdgebootError } from "../../../src/model/errors.ts";
import { buildZip, type EntrySpec, HELLO, NOTHING, text } from "./build.ts";
import { accepted, MemoryFile } from "./collect.ts";

const SCRIPTS: Record<string, string> = {
  "the line of zipapp": "#!/usr/bin/env python3\n",
  "the shell script of PEX": '#!/bin/sh\n# pex\nexec python3 "$0" "$@"\n',
};
for (const [script, prefix] of Object.entries(SCRIPTS)) {
  for (const relative of [false, true]) {
    const offsets = relative ? "relative to the archive" : "from the start of the file";
    Deno.test(`checkZip accepts ${script} with offsets ${offsets}`, async () => {
      const bytes = buildZip({
        entries: [
          { ...HELLO, name: "__main__.py" },
          { ...HELLO, descriptor: "32" },
          { ...HELLO, name: "x/_x.abi3.so" },
        ],
        prefix: text(prefix),
        relative,
      });
      const options = { allowPrefix: true };
      assertEquals(await checkZip(new MemoryFile(bytes), bytes.length, denoCodecs, options), {
        entries: 3,
        prefixBytes: prefix.length,
        unpackedBytes: 51,
        runnable: true,
        native: ["x/_x.abi3.so"],
      });
      assertEquals((await accepted(bytes, options)).length, 3);
    });
  }
}

Deno.test("checkZip finds lies about structure, and leaves contents to Python", async () => {
  const check = (spec: Partial<EntrySpec>) => {
    const bytes = buildZip({ entries: [{ ...HELLO, ...spec }] });
    return checkZip(new MemoryFile(bytes), bytes.length, denoCodecs);
  };
  const error = await assertRejects(() => check({ local: { name: text("b.txt") } }), EdgebootError);
  assertEquals(error.facts.rule, "zip-local-name-differs");
  await assertRejects(() => check({ after: text("hidden") }), EdgebootError);
  assertEquals((await check({ packed: NOTHING })).runnable, false);
});
