import { assertEquals } from "@std/assert";
import { denoHost } from "../../src/host/deno_host.ts";
import { formatTreeRecord, parseTreeRecord, type TreeRecord } from "../../src/store/tree_record.ts";
import { sha256 } from "../support/bundles.ts";

const TREE = sha256("layer");
const ENTRIES: TreeRecord = new Map([
  [".", { kind: "directory", mode: 0o555 }],
  ["a.py", { kind: "file", mode: 0o444, size: 1, sha256: sha256("a") }],
  ['odd\n"name" \u{1f40d}', { kind: "file", mode: 0o555, size: 0, sha256: sha256("") }],
  ["link", { kind: "symlink", target: "../etc" }],
]);

async function format(): Promise<string> {
  return formatTreeRecord(TREE, ENTRIES, await denoHost.codecs.sha256());
}

async function parse(text: string, tree = TREE): Promise<TreeRecord | undefined> {
  return parseTreeRecord(text, tree, await denoHost.codecs.sha256());
}

Deno.test("parseTreeRecord gives back what formatTreeRecord has written", async () => {
  assertEquals(await parse(await format()), ENTRIES);
});

Deno.test("parseTreeRecord gives undefined when it is another tree's", async () => {
  assertEquals(await parse(await format(), sha256("other")), undefined);
});

Deno.test("parseTreeRecord gives undefined when any bit is another or any byte is missing", async () => {
  const bytes = new TextEncoder().encode(await format());
  for (let at = 0; at < bytes.length; at++) {
    const flipped = bytes.slice();
    flipped[at]! ^= 1 << at % 8;
    assertEquals(await parse(new TextDecoder().decode(flipped)), undefined, `byte ${at}`);
    assertEquals(await parse(new TextDecoder().decode(bytes.subarray(0, at))), undefined);
  }
});

for (const text of ["", "\n", "{}", "\0\0\0", '{"sha256":"x"}\n']) {
  Deno.test(`parseTreeRecord gives undefined for ${JSON.stringify(text)}`, async () => {
    assertEquals(await parse(text), undefined);
  });
}
