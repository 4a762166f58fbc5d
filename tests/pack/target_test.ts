import { assertEquals } from "@std/assert";
import { matchTags } from "../../src/python/tags.ts";
import { interpreterOf, isPlatform, isPythonVersion, targetOf } from "../../src/pack/target.ts";
import { mergeVariants, tagsOf } from "../../src/pack/variants.ts";
import { ANY_TARGET } from "../../src/pack/target.ts";

const LINUX = targetOf("3.11", "manylinux_2_28_x86_64");

const FITS: readonly (readonly [tags: string, fits: boolean])[] = [
  ["cp311-cp311-manylinux_2_28_x86_64", true],
  ["cp311-cp311-manylinux_2_31_x86_64", false],
  ["cp311-cp311-manylinux2014_x86_64", true],
  ["cp39-abi3-manylinux_2_17_x86_64", true],
  ["py3-none-any", true],
  ["cp312-cp312-manylinux_2_17_x86_64", false],
  ["cp311-cp311-macosx_11_0_arm64", false],
  ["cp311-cp311-musllinux_1_2_x86_64", false],
  ["cp311-cp311-manylinux_2_17_aarch64", false],
];

for (const [tags, fits] of FITS) {
  Deno.test(`interpreterOf(3.11 on manylinux_2_28_x86_64) ${fits ? "takes" : "refuses"} ${tags}`, () => {
    const [pythonTag, abi, platform] = tags.split("-") as [string, string, string];
    assertEquals(matchTags({ pythonTag, abi, platform }, interpreterOf(LINUX)).fits, fits);
  });
}

Deno.test("targetOf names free-threaded builds by their ABI", () => {
  const { pythonTag, abi } = targetOf("3.13t", "linux_x86_64");
  assertEquals([pythonTag, abi, interpreterOf(targetOf("3.13t", "linux_x86_64")).abiFlags], [
    ...["cp313", "cp313t", "t"],
  ]);
});

Deno.test("isPythonVersion and isPlatform know what can be asked for", () => {
  assertEquals(["3.11", "3.13t"].map(isPythonVersion), [true, true]);
  assertEquals(["3", "2.7", "3.11.2", "cp311"].map(isPythonVersion), [false, false, false, false]);
  for (const tag of ["manylinux_2_28_x86_64", "musllinux_1_2_aarch64", "macosx_11_0_arm64"]) {
    assertEquals(isPlatform(tag), true, tag);
  }
  assertEquals(["linux", "manylinux2014", "x86_64", "any"].map(isPlatform), Array(4).fill(false));
});

const NOTHING = { wheels: [], glibc: undefined, isNative: false, isBoundToVersion: false };
const TAGS: readonly (readonly [string, Parameters<typeof tagsOf>, string])[] = [
  [
    "pure wheels",
    [LINUX, { ...NOTHING, wheels: [{ abi: "none", platform: "any" }] }],
    [
      "cp311-none-any",
    ][0]!,
  ],
  ["code for any Python", [ANY_TARGET, NOTHING], "py3-none-any"],
  ["the newest glibc of its wheels", [LINUX, {
    ...NOTHING,
    isNative: true,
    wheels: [
      { abi: "cp311", platform: "manylinux_2_17_x86_64.manylinux2014_x86_64" },
      { abi: "abi3", platform: "manylinux_2_24_x86_64" },
    ],
  }], "cp311-cp311-manylinux_2_24_x86_64"],
  ["abi3 wheels", [LINUX, {
    ...NOTHING,
    isNative: true,
    wheels: [{ abi: "abi3", platform: "manylinux2014_x86_64" }],
  }], "cp311-none-manylinux_2_17_x86_64"],
  ["what files need beyond their tag", [LINUX, {
    ...{ ...NOTHING, isNative: true, glibc: "2.25" },
    wheels: [{ abi: "cp311", platform: "linux_x86_64" }],
  }], "cp311-cp311-manylinux_2_25_x86_64"],
  ["musl as it is", [targetOf("3.12", "musllinux_1_2_x86_64"), {
    ...{ ...NOTHING, isNative: true },
    wheels: [{ abi: "cp312", platform: "musllinux_1_1_x86_64" }],
  }], "cp312-cp312-musllinux_1_2_x86_64"],
];

for (const [what, input, tags] of TAGS) {
  Deno.test(`tagsOf says ${tags} for ${what}`, () => {
    const { pythonTag, abi, platform } = tagsOf(...input);
    assertEquals(`${pythonTag}-${abi}-${platform}`, tags);
  });
}

Deno.test("mergeVariants makes one of those with the same layers", () => {
  const variant = (python: string, platform: string) => ({
    ...{ pythonTag: python, abi: "none", platform, systemLibs: [], glibc: undefined, layers: [] },
  });
  const merged = mergeVariants([variant("cp311", "any"), variant("cp312", "any")]);
  assertEquals(merged.map(({ pythonTag, abi }) => [pythonTag, abi]), [["cp311.cp312", "none"]]);
  assertEquals(mergeVariants([variant("cp311", "a"), variant("cp311", "b")]).length, 2);
});
