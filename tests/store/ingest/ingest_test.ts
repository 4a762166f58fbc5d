import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { denoHost } from "../../../src/host/deno_host.ts";
import { ANEW, type Content } from "../../../src/model/content.ts";
import { type Expected, ingest } from "../../../src/store/ingest/ingest.ts";
import { almost, sha256 } from "../../support/bundles.ts";
import { assertRefused, refusalOf } from "../../support/refusal.ts";
import { inTempDir } from "../../support/temp.ts";

function contentOf(parts: readonly string[], size?: number): Content {
  return {
    kind: "content",
    size,
    validator: undefined,
    async *chunks() {
      for (const part of parts) yield await Promise.resolve(new TextEncoder().encode(part));
    },
  };
}

/** What a transfer that began anew brings. */
function anewAfter(before: readonly string[], parts: readonly string[]): Content {
  const [wrong, right] = [contentOf(before), contentOf(parts)];
  const chunks = async function* () {
    yield* wrong.chunks();
    yield ANEW;
    yield* right.chunks();
  };
  return { ...right, chunks };
}

function expect(text: string, size?: number): Expected {
  return { sha256: sha256(text), size, origin: "https://h/blob" };
}

function take(content: Content, expected: Expected, mostBytes = 1000) {
  return inTempDir(async (dir) => {
    const progress: number[] = [];
    const options = { path: `${dir}/blob`, mostBytes, onProgress: (n: number) => progress.push(n) };
    const blob = await ingest(content, expected, options, denoHost);
    const mode = denoHost.fs.stat(blob.path)!.mode;
    return { blob, text: Deno.readTextFileSync(blob.path), progress, mode };
  });
}

Deno.test("ingest writes the bytes, tells progress and seals what it has hashed", async () => {
  const { blob, text, progress, mode } = await take(
    contentOf(["ab", "", "c"], 3),
    expect("abc", 3),
  );
  assertEquals([text, blob.sha256, blob.size], ["abc", sha256("abc"), 3]);
  assertEquals(progress, [2, 2, 3]);
  assertEquals(mode & 0o077, 0);
});

Deno.test("ingest needs no stated size", async () => {
  assertEquals((await take(contentOf(["abc"]), expect("abc"))).text, "abc");
  assertEquals((await take(contentOf([]), expect(""))).text, "");
});

Deno.test("ingest refuses other bytes with both digests in the message", async () => {
  const refused = () => take(contentOf(["abd"]), expect("abc"));
  const error = await assertRefused(refused, "DIGEST_MISMATCH", 65);
  assertStringIncludes(error.message, sha256("abc"));
  assertStringIncludes(error.message, sha256("abd"));
  assertStringIncludes(error.message, "https://h/blob");
});

Deno.test("ingest refuses bytes whose digest differs in its last digit alone", async () => {
  const digest = almost(sha256("abc"));
  const expected = { ...expect("abc"), sha256: digest };
  await assertRefused(() => take(contentOf(["abc"]), expected), "DIGEST_MISMATCH", 65);
});

const SIZES: [what: string, content: Content][] = [
  ["one byte too few", contentOf(["ab"])],
  ["one byte too many", contentOf(["abc", "d"])],
  ["another Content-Length", contentOf(["abc"], 4)],
  ["nothing", contentOf([])],
];

for (const [what, content] of SIZES) {
  Deno.test(`ingest refuses ${what} when the size is stated`, async () => {
    await assertRefused(() => take(content, expect("abc", 3)), "SIZE_MISMATCH", 65);
  });
}

Deno.test("ingest stops at the first byte beyond the stated size", async () => {
  let asked = 0;
  const endless: Content = {
    ...contentOf([]),
    async *chunks() {
      for (;; asked++) yield await Promise.resolve(new Uint8Array(10));
    },
  };
  await assertRefused(() => take(endless, expect("x".repeat(35), 35)), "SIZE_MISMATCH", 65);
  assert(asked <= 4, `${asked} chunks`);
  await assertRefused(() => take(endless, expect("x"), 95), "BUDGET_EXCEEDED", 65);
});

Deno.test("ingest refuses an announced giant before the first byte", async () => {
  await assertRefused(() => take(contentOf(["x"], 1001), expect("x")), "BUDGET_EXCEEDED", 65);
});

const LOOKS: [text: string, says: string][] = [
  ["<!DOCTYPE html><title>Sign in</title>", "(an HTML page)"],
  ["\n  <HTML>", "(an HTML page)"],
  ["<?xml version='1.0'?><Error/>", "(an XML document)"],
  ['{"error": "no"}', "(JSON)"],
];

for (const [text, says] of LOOKS) {
  Deno.test(`ingest says ${says} when it got ${JSON.stringify(text).slice(0, 30)}`, async () => {
    const refused = () => take(contentOf([text]), expect("zip"));
    assertStringIncludes((await assertRefused(refused, "DIGEST_MISMATCH", 65)).message, says);
  });
}

Deno.test("ingest hashes what an earlier attempt has left, and appends to it", async () => {
  for (const [left, code] of [["abc", undefined], ["abd", "DIGEST_MISMATCH"]] as const) {
    await inTempDir(async (dir) => {
      Deno.writeTextFileSync(`${dir}/blob`, left);
      const content = { ...contentOf(["def"], 6), offset: 3 };
      const options = { path: `${dir}/blob`, mostBytes: 1000 };
      const blob = () => ingest(content, expect("abcdef", 6), options, denoHost);
      if (code !== undefined) await assertRefused(blob, code, 65);
      else assertEquals(Deno.readTextFileSync((await blob()).path), "abcdef");
    });
  }
});

Deno.test("ingest forgets what came before a content began anew", async () => {
  for (const before of [[], ["x"], ["ab", ""]]) {
    const { text, blob } = await take(anewAfter(before, ["a", "bc"]), expect("abc", 3));
    assertEquals([text, blob.size], ["abc", 3]);
  }
  await assertRefused(
    () => take(anewAfter(["abc"], ["abd"]), expect("abc")),
    "DIGEST_MISMATCH",
    65,
  );
});

Deno.test("ingest names a Content-Encoding with a wrong digest or size", async () => {
  for (const size of [3, undefined]) {
    const content = { ...contentOf(["gzipped"]), encoding: "gzip" };
    const error = await refusalOf(() => take({ ...content, size }, expect("abc")));
    assertStringIncludes(error.text.why, "Content-Encoding: gzip");
  }
});
