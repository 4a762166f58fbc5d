import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { byteLength, canonicalPath, decodeName, fold, ROOT } from "../../src/archive/names.ts";
import { checkSymlinkTarget } from "../../src/archive/links.ts";
import { EdgebootError } from "../../src/model/errors.ts";
import { showName } from "../../src/archive/refuse.ts";

function ruleOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof EdgebootError)) throw error;
    return error.facts["rule"];
  }
}

for (
  const [name, isDirectory, path] of [
    ["a", false, "a"],
    ["./a/b", false, "a/b"],
    ["a/b/", true, "a/b"],
    ["./", true, ROOT],
    ["/", true, ROOT],
    ["a..b/...", false, "a..b/..."],
    [".hidden/..x/.y.", false, ".hidden/..x/.y."],
    ["with space/é🌟", false, "with space/é🌟"],
    ["c:", false, "path-drive"],
    ["cc:x", false, "cc:x"],
    ["a/..", true, "path-parent"],
    ["..", true, "path-parent"],
    [".", true, ""],
    [".", false, "path-dot"],
    ["/.", true, "path-absolute"],
    ["//", true, "path-absolute"],
    ["./.", true, "path-dot"],
    [".//", true, "path-absolute"],
    [".//etc", false, "path-absolute"],
    ["a".repeat(255), false, "a".repeat(255)],
    ["é".repeat(127), false, "é".repeat(127)],
    ["é".repeat(128), false, "path-component-too-long"],
  ] as const
) {
  Deno.test(`canonicalPath makes ${showName(path)} of ${showName(name)}`, () => {
    assertEquals(ruleOf(() => canonicalPath(name, isDirectory, 1024)), path);
  });
}

Deno.test("canonicalPath gives only paths that stay below where they are joined to", () => {
  const parts = fc.constantFrom(
    "a",
    "B",
    "..",
    ".",
    "",
    "é",
    "\\",
    "c:",
    "\0",
    "x".repeat(300),
    "/",
  );
  fc.assert(
    fc.property(
      fc.array(parts, { maxLength: 6 }),
      fc.boolean(),
      (list: string[], slash: boolean) => {
        let path: string;
        try {
          path = canonicalPath(list.join("/"), slash, 1024);
        } catch (error) {
          if (error instanceof EdgebootError) return;
          throw error;
        }
        if (path === ROOT) return;
        assertEquals(
          new URL(`file:///root/${encodeURI(path)}`).pathname,
          `/root/${encodeURI(path)}`,
        );
        for (const part of path.split("/")) assertEquals(["", ".", ".."].includes(part), false);
      },
    ),
    { numRuns: 2000 },
  );
});

for (
  const [a, b, same] of [
    ["README", "readme", true],
    ["é", "e\u0301", true],
    ["Å", "\u212b", true],
    ["ß", "SS", true],
    ["ﬃ", "FFI", true],
    ["Σ", "ς", true],
    ["a", "b", false],
    ["é", "e", false],
    ["i", "ı", true], // a Turkish file system folds them; I is the upper case of both
  ] as const
) {
  Deno.test(`fold ${same ? "joins" : "keeps apart"} ${a} and ${b}`, () => {
    assertEquals(fold(a) === fold(b), same);
  });
}

Deno.test("fold is idempotent, so that a folded name can stand for itself", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 20 }), (name: string) => {
      assertEquals(fold(fold(name)), fold(name));
    }),
    { numRuns: 3000 },
  );
});

for (
  const [path, target, expected] of [
    ["lib64", "lib", undefined],
    ["lib64", "lib/", undefined],
    ["lib64", "./lib", undefined],
    ["cur", ".", undefined],
    ["a/b/c", "../../x", undefined],
    ["a/b/c", "..", undefined],
    ["a/b", "../..", "link-escapes"],
    ["a", "../x", "link-escapes"],
    ["a/b", "./../x", undefined],
    ["a/b", "./../../x", "link-escapes"],
    ["a/b", "x/..", "link-not-plain"],
    ["a/b", "../x/../y", "link-not-plain"],
    ["a/b", ".././x", "link-not-plain"],
    ["a/b", "..//x", "link-not-plain"],
    ["a", "/", "link-absolute"],
    ["a", "", "link-empty"],
    ["a", "b\\c", "path-backslash"],
    ["a", "b\0c", "path-nul"],
  ] as const
) {
  Deno.test(`checkSymlinkTarget of ${path} -> ${showName(target)}: ${expected ?? "accepted"}`, () => {
    assertEquals(ruleOf(() => checkSymlinkTarget(path, target, 1024)), expected);
  });
}

Deno.test("decodeName keeps a byte order mark, and refuses what is not UTF-8", () => {
  assertEquals(decodeName(new Uint8Array([0xef, 0xbb, 0xbf, 0x61])), "\ufeffa");
  for (
    const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc3]]
  ) {
    assertEquals(ruleOf(() => decodeName(new Uint8Array(bytes))), "path-not-utf8");
  }
});

Deno.test("byteLength counts UTF-8", () => {
  assertEquals(["", "abc", "é", "€", "🌟"].map(byteLength), [0, 3, 2, 3, 4]);
});

Deno.test("showName escapes what moves a terminal, and cuts long names in the middle", () => {
  assertEquals(showName("a\x1b[2J\n\u202e\u009b"), '"a\\u001b[2J\\n\\u202e\\u009b"');
  const shown = showName("x".repeat(5000));
  assertEquals(shown.length < 160 && shown.includes("…") && shown.includes("5000"), true);
});
