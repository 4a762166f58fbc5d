import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { packRequest } from "../../../src/cli/commands/pack/request.ts";
import { renderPacked } from "../../../src/cli/commands/pack/text.ts";
import { parseAppId } from "../../../src/model/app_id.ts";
import { parseReleaseDigest } from "../../../src/model/digest.ts";
import type { EdgebootError } from "../../../src/model/errors.ts";

const REQUIRED = { app: "shop", version: "1", output: "out" };

const request = (flags: Record<string, string | true>) =>
  packRequest({ values: new Map(Object.entries({ ...REQUIRED, ...flags })) });

Deno.test("packRequest refuses what would pack nothing, or something else than was meant", () => {
  const CASES: readonly [Record<string, string | true>, RegExp][] = [
    [{}, /^there is nothing to pack: /],
    [{ entry: "hello" }, /^there is nothing to pack: /],
    [{ source: ".", version: "stable" }, /^--version is a version, and stable is a channel/],
    [{ source: ".", project: "." }, /not from both$/],
    [{ lock: "uv.lock", venv: ".venv" }, /^dependencies come from one of /],
  ];
  for (const [flags, why] of CASES) {
    const error = assertThrows(() => request(flags)) as EdgebootError;
    assertEquals(error.code, "USAGE");
    assertMatch(error.text.why, why);
  }
  assertEquals(request({ lock: "uv.lock" }).code, { kind: "none" });
});

Deno.test("renderPacked prints a command that a shell takes as it stands", () => {
  const text = JSON.stringify({
    ...{ schema: "edgeboot.release/v1", app: "shop", version: "1", entrypoint: { module: "shop" } },
    layers: [{ sha256: "a".repeat(64), size: 1 }],
  });
  const start = (output: string) =>
    renderPacked({
      ...{ app: parseAppId("shop"), version: "1", output, text, checked: [], facts: [] },
      digest: parseReleaseDigest("b".repeat(64)),
    }).split("\n").at(-2);
  assertEquals(start("/srv/reg"), "start      edgeboot run --registry /srv/reg shop");
  assertEquals(start("/a b/ü"), "start      edgeboot run --registry '/a b/ü' shop");
  assertEquals(start("/it's"), "start      edgeboot run --registry '/it'\\''s' shop");
});
