import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { parseAppId } from "../../src/model/app_id.ts";
import type { Location } from "../../src/model/location.ts";
import { CacheLayout, fileName } from "../../src/store/layout.ts";
import { sha256 } from "../support/bundles.ts";

Deno.test("CacheLayout places trees where the contract says", () => {
  const layout = new CacheLayout("/c");
  const digest = sha256("x");
  assertEquals(layout.tree(digest), `/c/v1/trees/sha256/${digest}`);
  assertEquals(layout.tag, "/c/CACHEDIR.TAG");
});

Deno.test("CacheLayout keeps everything below its root and apart", () => {
  const layout = new CacheLayout("/c");
  const digest = sha256("x");
  const ref = layout.ref("https://h/../../etc" as Location, parseAppId("app"), "1.0");
  const paths = [
    layout.tree(digest),
    layout.release(digest),
    layout.python("/usr/../../bin/python3"),
    layout.work("id"),
    ref,
  ];
  for (const path of paths) {
    assertEquals(new URL(`file://${path}`).pathname.startsWith("/c/v1/"), true, path);
  }
  assertEquals(new Set(paths).size, paths.length);
});

const NAMES: [text: string, name: string][] = [
  ["/usr/bin/python3", "%2Fusr%2Fbin%2Fpython3"],
  ["https://h:8080/r?x=*", "https%3A%2F%2Fh%3A8080%2Fr%3Fx%3D%2A"],
  [".", "%2E"],
  ["..", "%2E."],
  ["1.0+x", "1.0%2Bx"],
];

for (const [text, name] of NAMES) {
  Deno.test(`fileName makes ${name} of ${text}`, () => assertEquals(fileName(text), name));
}

Deno.test("fileName gives one harmless component for any text", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 400 }), (text) => {
    const name = fileName(text);
    assert(name.length <= 200 && !name.includes("/") && !name.includes("\0"), name);
    assert(name !== "." && name !== ".." && !name.startsWith("."), name);
  }));
});

Deno.test("fileName gives different names for different texts, long ones included", () => {
  const tail = fc.string({ unit: "grapheme", maxLength: 30 });
  fc.assert(fc.property(fc.nat(250), tail, tail, (length, a, b) => {
    fc.pre(a !== b);
    const head = "a/".repeat(length);
    assertNotEquals(fileName(head + a), fileName(head + b));
    assertNotEquals(fileName(a + head), fileName(b + head));
  }));
});
