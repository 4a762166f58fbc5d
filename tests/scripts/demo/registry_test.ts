import { assertEquals } from "@std/assert";
import { releaseDocument } from "../../../scripts/demo/registry.ts";
import { parseRelease } from "../../../src/model/release.ts";

const LAYER = { path: "/x", sha256: "a".repeat(64), size: 10, unpackedSize: 20 } as const;
const PYTHON = { version: [3, 11], pythonTag: "cp311", abi: "cp311" } as const;

Deno.test("releaseDocument writes a release that edgeboot reads, without unknown fields", () => {
  const release = releaseDocument({
    layers: [{ kind: "app", ...LAYER }, { kind: "deps", ...LAYER, sha256: "b".repeat(64) }],
    platform: "manylinux_2_17_x86_64",
    module: "uvicorn",
    args: ["greeter.asgi:app"],
    hasNative: true,
  }, PYTHON);
  const parsed = parseRelease(JSON.stringify(release), "release");
  assertEquals(parsed.unknownFields, []);
  assertEquals(parsed.variants[0]!.platform, "manylinux_2_17_x86_64");
  assertEquals(parsed.variants[0]!.layers.map(({ kind }) => kind), ["app", "deps"]);
});

Deno.test("releaseDocument of an app without dependencies fits any Python 3 and platform", () => {
  const layers = [{ kind: "app", ...LAYER }] as const;
  const plain = { platform: "any", module: "greeter.plain", args: [], hasNative: false };
  const [variant] = releaseDocument({ layers, ...plain }, PYTHON).variants;
  const { python_tag, abi, platform } = variant!;
  assertEquals([python_tag, abi, platform], ["py3", "none", "any"]);
});
