import { assertEquals } from "@std/assert";
import { diffReleases, type ReleaseDiff } from "../../../src/app/diff/diff.ts";
import { renderDiff } from "../../../src/cli/commands/diff/text.ts";
import { parseAppRef } from "../../../src/model/ref.ts";
import { testContext } from "../../support/context.ts";
import { FakeRegistry, type LayerInput } from "../../support/fake_registry.ts";
import { inTempDir, listing } from "../../support/temp.ts";

interface Bench {
  readonly dir: string;
  release(version: string, layers: readonly LayerInput[], fields?: Record<string, unknown>): void;
  diff(withFiles?: boolean): Promise<ReleaseDiff>;
}

/** Between versions 1 and 2 of hello. */
function test(behaviour: string, act: (bench: Bench) => Promise<void>): void {
  Deno.test(`diffReleases ${behaviour}`, () =>
    inTempDir(async (dir) => {
      const registry = new FakeRegistry(`${dir}/registry`);
      const { context } = await testContext({ registry: registry.root, cache: `${dir}/cache` });
      const refs = [parseAppRef("hello@1"), parseAppRef("hello@2")] as const;
      await act({
        dir,
        release: (version, layers, fields) =>
          void registry.publish("hello", version, version, layers, fields),
        diff: async (withFiles = true) => await diffReleases(refs, withFiles, context),
      });
    }));
}

function wheel(distribution: string, version: string, salt = ""): LayerInput {
  const name = `${distribution}-${version}-py3-none-any.whl`;
  return { files: { [`${name}${salt}`]: "x" }, fields: { kind: "wheel", name } };
}

test("tells packages that came, went, changed and were built anew", async ({ release, diff }) => {
  release("1", [wheel("a", "1"), wheel("Old_One", "1"), wheel("b", "2"), wheel("same", "1")]);
  release("2", [wheel("a", "2"), wheel("new", "3"), wheel("b", "2", "again"), wheel("same", "1")]);
  const { variants: [variant] } = await diff();
  assertEquals(variant!.packages, [
    { name: "a", from: "1", to: "2" },
    { name: "b", from: "2", to: "2" },
    { name: "new", from: undefined, to: "3" },
    { name: "old-one", from: "1", to: undefined },
  ]);
  assertEquals([variant!.added.length, variant!.removed.length, variant!.kept], [3, 3, 1]);
  assertEquals(variant!.files, []);
});

test("tells the files of layers that are no wheels", async ({ release, diff }) => {
  const same = { "pkg/__init__.py": "", "gone.py": "1", "changed.py": "a", "grown.py": "a" };
  release("1", [{ files: same }]);
  const { "gone.py": _, ...rest } = same;
  release("2", [{ files: { ...rest, "changed.py": "b", "grown.py": "aa", "new.py": "" } }]);
  const result = await diff();
  assertEquals(result.variants[0]!.files, [
    { path: "changed.py", from: 1, to: 1 },
    { path: "gone.py", from: 1, to: undefined },
    { path: "grown.py", from: 1, to: 2 },
    { path: "new.py", from: undefined, to: 0 },
  ]);
  const lines = renderDiff(result).split("\n").filter((line) => line.startsWith("    "));
  assertEquals(lines, [
    "    ~ changed.py, 1 B → 1 B",
    "    - gone.py, 1 B",
    "    ~ grown.py, 1 B → 2 B",
    "    + new.py, 0 B",
  ]);
});

test("finds packages in a layer of many, also where they became wheels", async (bench) => {
  const installed = (name: string, version: string) => ({
    [`lib/${name}-${version}.dist-info/METADATA`]: `Name: ${name}`,
  });
  const deps = (files: Record<string, string>) => ({ files, fields: { kind: "deps" } });
  bench.release("1", [deps({ ...installed("a", "1"), ...installed("moved", "1") })]);
  bench.release("2", [deps(installed("a", "2")), wheel("moved", "1")]);
  assertEquals((await bench.diff()).variants[0]!.packages, [
    { name: "a", from: "1", to: "2" },
    { name: "moved", from: "1", to: "1" },
  ]);
});

test("fetches nothing where the documents are enough", async ({ dir, release, diff }) => {
  release("1", [{ files: { "a.py": "1" } }]);
  release("2", [{ files: { "a.py": "2" } }]);
  const { variants } = await diff(false);
  assertEquals([variants[0]!.added.length, variants[0]!.files], [1, undefined]);
  assertEquals(listing(`${dir}/cache`), []);
});

test("pairs variants by their tags", async ({ release, diff }) => {
  const HEX = "ab".repeat(32);
  const variant = (tag: string, letter: string) => ({
    ...{ python_tag: tag, abi: tag, platform: "any" },
    layers: [{
      kind: "wheel",
      sha256: HEX.replaceAll("a", letter),
      name: `a-1-${tag}-none-any.whl`,
    }],
  });
  release("1", [], { variants: [variant("cp311", "1"), variant("cp312", "2")] });
  release("2", [], { variants: [variant("cp313", "3"), variant("cp312", "2")] });
  const { variants } = await diff();
  assertEquals(
    variants.map(({ tags, added, removed, kept }) => [
      ...[tags, added.length, removed.length, kept],
    ]),
    [
      ["cp313-cp313-any", 1, 0, 0],
      ["cp312-cp312-any", 0, 0, 1],
      ["cp311-cp311-any", 0, 1, 0],
    ],
  );
});

test("says where both are the same release", async ({ release, diff }) => {
  release("1", [{ files: { "a.py": "" } }]);
  release("2", [{ files: { "a.py": "" } }]);
  assertEquals((await diff()).variants[0]!.added, []);
});
