import { assertEquals } from "@std/assert";
import { parseBlocks } from "../../../src/cli/help/blocks.ts";

const TEXT = `A paragraph of
two lines.

  code {
    goes on
  }

Set:      one,
          two
Dropped:  three
Then more.

  edgeboot a     does a
  edgeboot b c   does b
`;

Deno.test("parseBlocks() tells paragraphs, verbatim lines, terms and commands with remarks apart", () => {
  assertEquals(parseBlocks(TEXT), [
    { kind: "paragraph", text: "A paragraph of two lines." },
    { kind: "verbatim", lines: ["code {", "  goes on", "}"] },
    { kind: "terms", rows: [["Set:", "one, two"], ["Dropped:", "three"]] },
    { kind: "paragraph", text: "Then more." },
    { kind: "terms", rows: [["edgeboot a", "does a"], ["edgeboot b c", "does b"]] },
  ]);
});

Deno.test("parseBlocks() gives nothing for an empty text", () =>
  assertEquals(parseBlocks("\n"), []));
