import { assertEquals } from "@std/assert";
import { nameChunksByContent } from "../../../scripts/compile/chunks.ts";

/** One program, bundled in two directories: esbuild gives other hashes and another file order. */
function bundled(lazy: string, first: string, second: string, reversed: boolean) {
  const files: [string, string][] = [
    [
      "main.js",
      `import"./chunk-${first}.js";import"./chunk-${second}.js";import("./lazy-${lazy}.js")`,
    ],
    [`lazy-${lazy}.js`, `import{a}from"./chunk-${first}.js";`],
    [`chunk-${first}.js`, `export const a=1;import"./chunk-${second}.js"`],
    [`chunk-${second}.js`, "export const b=2;"],
  ];
  return new Map(reversed ? files.reverse() : files);
}

Deno.test("nameChunksByContent() gives the same files when only the hashes differ", () => {
  const one = nameChunksByContent(bundled("AAAAAAAA", "BBBBBBBB", "CCCCCCCC", false));
  const two = nameChunksByContent(bundled("ZZZZZZZZ", "YYYYYYYY", "XXXXXXXX", true));
  assertEquals([...one], [...two]);
});

Deno.test("nameChunksByContent() rewrites every reference and keeps the entry's name", () => {
  const files = nameChunksByContent(bundled("AAAAAAAA", "BBBBBBBB", "CCCCCCCC", false));
  assertEquals([...files.keys()], ["chunk-1.js", "chunk-2.js", "lazy-1.js", "main.js"]);
  assertEquals(
    files.get("main.js"),
    'import"./chunk-1.js";import"./chunk-2.js";import("./lazy-1.js")',
  );
  assertEquals(files.get("chunk-1.js"), 'export const a=1;import"./chunk-2.js"');
});

Deno.test("nameChunksByContent() leaves a file without a hash in its name as it is", () => {
  const files = new Map([["main.js", 'import("./plain.js")'], ["plain.js", "1"]]);
  assertEquals(nameChunksByContent(files), files);
});
