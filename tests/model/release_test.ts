import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { EdgebootError } from "../../src/model/errors.ts";
import { parseRelease } from "../../src/model/release.ts";
import { parseWheelName } from "../../src/model/wheel_name.ts";
import { assertRefused } from "../support/refusal.ts";
import {
  FAULTS,
  faulty,
  FINER_FAULTS,
  fullRelease,
  shortRelease,
  WHEEL,
} from "../support/releases.ts";

const HEX = "0123456789abcdef".repeat(4);

function parse(value: unknown) {
  return parseRelease(JSON.stringify(value), "release x@stable");
}

Deno.test("parseRelease reads every field when the release is in full form", () => {
  const { entryPoints, python, ...release } = parse(fullRelease());
  assertEquals(python?.text, ">=3.11,<3.12");
  assertEquals([...entryPoints.keys()], ["default", "worker", "manage", "web"]);
  assertEquals(release as unknown, {
    app: "billing-api",
    version: "1.4.2",
    created: "2026-11-20T10:00:00Z",
    env: { set: [["TZ", "UTC"]], defaults: [["LOG_LEVEL", "info"]], unset: ["DJANGO_DEBUG"] },
    variants: [{
      pythonTag: "cp311",
      abi: "cp311",
      platform: "manylinux_2_28_x86_64",
      systemLibs: ["libpq.so.5"],
      layers: [
        {
          kind: "app",
          sha256: HEX,
          size: 51234,
          unpackedSize: 220123,
          pythonPaths: ["."],
          url: undefined,
        },
        {
          kind: "deps",
          sha256: HEX,
          size: 0,
          unpackedSize: undefined,
          pythonPaths: undefined,
          url: "../deps.tar.zst",
        },
        {
          kind: "wheel",
          sha256: HEX,
          size: undefined,
          unpackedSize: undefined,
          wheel: parseWheelName(WHEEL),
          pythonPaths: undefined,
          url: undefined,
        },
      ],
    }],
    unknownFields: [],
  });
});

Deno.test("parseRelease makes one variant for any Python when the release is in short form", () => {
  const { variants, entryPoints, env } = parse(shortRelease());
  assertEquals(variants.length, 1);
  const { layers, ...tags } = variants[0]!;
  assertEquals(tags, { pythonTag: "py3", abi: "none", platform: "any", systemLibs: [] });
  assertEquals(layers.map(({ url, kind }) => [url, kind]), [["hello.zip", undefined]]);
  assertEquals(entryPoints.get("default"), { kind: "module", module: "hello", args: [] });
  assertEquals(env, { set: [], defaults: [], unset: [] });
});

Deno.test("parseRelease needs no entry point", () => {
  const { entrypoint: _, ...release } = shortRelease();
  assertEquals(parse(release).entryPoints.size, 0);
});

Deno.test("parseRelease lists unknown fields by their paths and accepts them", () => {
  const release = faulty(["full", "variants.0.layers.1.future", { a: 1 }]);
  Object.assign(release, { signature: "x", env: { set: {}, unsets: [] } });
  (release.entrypoints as Record<string, Record<string, unknown>>).default!.user = "nobody";
  assertEquals([...parse(release).unknownFields].sort(), [
    "entrypoints.default.user",
    "env.unsets",
    "signature",
    "variants[0].layers[1].future",
  ]);
});

Deno.test("parseRelease takes names that objects inherit for what they are", () => {
  const text = `{"schema":"edgeboot.release/v1","app":"a","version":"1",
    "env":{"set":{"__proto__":"p","constructor":"c","toString":"t"}},
    "entrypoints":{"__proto__":{"module":"m"}},"layers":[{"sha256":"${HEX}"}]}`;
  const release = parseRelease(text, "x");
  assertEquals(release.env.set, [["__proto__", "p"], ["constructor", "c"], ["toString", "t"]]);
  assertEquals([...release.entryPoints.keys()], ["__proto__"]);
});

for (const fault of [...FAULTS, ...FINER_FAULTS]) {
  const [base, place, value, path = place] = fault;
  const shown = value === undefined ? "missing" : JSON.stringify(value).slice(0, 40);
  Deno.test(`parseRelease names ${path} when ${place} of the ${base} form is ${shown}`, async () => {
    const error = await assertRefused(() => parse(faulty(fault)), "RELEASE_INVALID", 65);
    assertEquals(error.facts.json_path, path);
    assert(error.facts.expected !== "" && error.facts.found !== "");
    assertStringIncludes(error.text.why, `at ${path}: expected ${error.facts.expected}, found`);
    assertStringIncludes(error.text.what, "release x@stable");
  });
}

const NOT_JSON: [text: string, found: string][] = [
  ["", "an empty file"],
  ["  \n", "an empty file"],
  ["<!DOCTYPE html><html>", "HTML or XML"],
  ["{", "not JSON"],
  ['{"schema": }', "not JSON"],
  ["PK\x03\x04", "not JSON"],
  ["\ufeff{}", "not JSON"],
  ["null", "null"],
  ["[]", "an array"],
  ['"text"', 'the string "text"'],
  ["17", "the number 17"],
];

for (const [text, found] of NOT_JSON) {
  Deno.test(`parseRelease says what it found when the text is ${JSON.stringify(text)}`, async () => {
    const error = await assertRefused(() => parseRelease(text, "x"), "RELEASE_INVALID", 65);
    assertEquals(error.facts.json_path, "$");
    assertStringIncludes(String(error.facts.found), found);
  });
}

function isOrderly(text: string): void {
  try {
    parseRelease(text, "x");
  } catch (error) {
    if (!(error instanceof EdgebootError)) throw error;
    assertEquals(error.code, "RELEASE_INVALID");
  }
}

Deno.test("parseRelease never throws anything but EdgebootError when the text is arbitrary", () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), isOrderly));
});

Deno.test("parseRelease never throws anything but EdgebootError when any one value is replaced", () => {
  const places = [...pathsOf(fullRelease()), ...pathsOf(shortRelease()).map((path) => `~${path}`)];
  const replacement = fc.jsonValue({ maxDepth: 2 });
  fc.assert(
    fc.property(fc.constantFrom(...places), replacement, (place, value) => {
      const short = place.startsWith("~");
      const fault = [short ? "short" : "full", place.replace("~", ""), value] as const;
      isOrderly(JSON.stringify(faulty(fault)));
    }),
    { numRuns: 1000 },
  );
});

function pathsOf(value: unknown, prefix = ""): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    `${prefix}${key}`,
    ...pathsOf(inner, `${prefix}${key}.`),
  ]);
}
