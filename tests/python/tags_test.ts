import { assertEquals, assertStringIncludes } from "@std/assert";
import type { PythonInfo } from "../../src/model/python_info.ts";
import { formatLibc, matchVariant, ownTag } from "../../src/python/tags.ts";
import { parseWheelName } from "../../src/model/wheel_name.ts";
import { layerOf } from "../registry/contract.ts";
import { sha256 } from "../support/bundles.ts";
import { pythonInfo } from "../support/pythons.ts";

const DEBIAN = pythonInfo();
const PYTHONS: Record<string, PythonInfo> = {
  debian: DEBIAN,
  alpine: pythonInfo({ libc: { kind: "musl", major: 1, minor: 2 } }),
  arm: pythonInfo({ machine: "aarch64" }),
  mac: pythonInfo({ os: "darwin", machine: "arm64", libc: undefined }),
  free: pythonInfo({ version: { major: 3, minor: 13, micro: 0 }, abiFlags: "t" }),
  pypy: pythonInfo({ implementation: "pypy" }),
  bare: pythonInfo({ libc: undefined }),
};

function match(tags: string, python: PythonInfo) {
  const [pythonTag, abi, platform] = tags.split("-") as [string, string, string];
  return matchVariant({ pythonTag, abi, platform, systemLibs: [], layers: [] }, python);
}

const FITS: [tags: string, pythons: string][] = [
  ["py3-none-any", "debian alpine arm mac free pypy bare"],
  ["py2.py3-none-any", "debian alpine arm mac free pypy bare"],
  ["py2-none-any", ""],
  ["py311-none-any", "debian alpine arm mac free pypy bare"],
  ["py312-none-any", "free"],
  ["cp311-cp311-any", "debian alpine arm mac bare"],
  ["cp311-cp311t-any", ""],
  ["cp313-cp313t-any", "free"],
  ["cp313-cp313-any", ""],
  ["cp310-cp310-any", ""],
  ["cp310-abi3-any", "debian alpine arm mac bare"],
  ["cp312-abi3-any", ""],
  ["cp311-none-any", "debian alpine arm mac bare"],
  ["cp310-none-any", ""],
  ["py3-cp311-any", ""],
  ["cp311-cp311-manylinux_2_28_x86_64", "debian"],
  ["cp311-cp311-manylinux_2_36_x86_64", "debian"],
  ["cp311-cp311-manylinux_2_37_x86_64", ""],
  ["cp311-cp311-manylinux2014_x86_64", "debian"],
  ["cp311-cp311-manylinux1_x86_64", "debian"],
  ["cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64", "debian"],
  ["cp311-cp311-musllinux_1_2_x86_64", "alpine"],
  ["cp311-cp311-musllinux_1_1_x86_64", "alpine"],
  ["cp311-cp311-musllinux_1_3_x86_64", ""],
  ["cp311-cp311-manylinux_2_28_aarch64", "arm"],
  ["cp311-cp311-manylinux_2_28_x86_64.musllinux_1_2_x86_64", "debian alpine"],
  ["cp311-cp311-linux_x86_64", "debian alpine bare"],
  ["cp311-cp311-macosx_11_0_arm64", "mac"],
  ["cp311-cp311-macosx_10_9_universal2", "mac"],
  ["cp311-cp311-macosx_10_9_x86_64", ""],
  ["cp311-cp311-win_amd64", ""],
  ["pp311-pypy311_pp73-any", "pypy"],
  ["pp311-pypy311_pp73-manylinux_2_28_x86_64", "pypy"],
  ["pp310-pypy310_pp73-any", ""],
  ["pp311-pypy310_pp73-any", ""],
  ["pp311-none-any", "pypy"],
  ["pp3-none-any", "pypy"],
  ["pp310-none-any", ""],
  ["cp311-cp311-macosx_11_0_universal2", "mac"],
  ["cp313-cp313t-manylinux_2_28_x86_64", "free"],
  ["cp313-abi3-any", ""],
  ["cp313-none-any", "free"],
  ["jython3-none-any", ""],
  ["-none-any", ""],
];

for (const [tags, pythons] of FITS) {
  Deno.test(`matchVariant lets ${tags} fit ${pythons || "nothing"}`, () => {
    const fitting = Object.keys(PYTHONS).filter((name) => match(tags, PYTHONS[name]!).fits);
    assertEquals(fitting.join(" "), pythons);
  });
}

Deno.test("matchVariant needs every wheel of the layers to fit, and names the one that does not", () => {
  const variant = (...names: string[]) => ({
    ...{ pythonTag: "py3", abi: "none", platform: "any", systemLibs: [] },
    layers: names.map((name) => layerOf({ sha256: sha256("x"), wheel: parseWheelName(name)! })),
  });
  const [fits, newer] = ["a-1-py3-none-any.whl", "b-1-cp312-cp312-linux_x86_64.whl"];
  assertEquals(matchVariant(variant(fits), DEBIAN).fits, true);
  const other = matchVariant(variant(fits, newer), DEBIAN);
  assertEquals(other.fits, false);
  assertStringIncludes(
    (other as { why: string }).why,
    `${newer} does not fit: it is built for cp312`,
  );
});

Deno.test("matchVariant ranks the more specific tag higher", () => {
  const best = [
    "cp311-cp311-manylinux_2_36_x86_64",
    "cp311-cp311-manylinux_2_17_x86_64",
    "cp311-cp311-linux_x86_64",
    "cp311-cp311-any",
    "cp311-abi3-manylinux_2_17_x86_64",
    "cp39-abi3-manylinux_2_17_x86_64",
    "cp311-none-any",
    "py311-none-any",
    "py3-none-linux_x86_64",
    "py3-none-any",
  ];
  const ranks = best.map((tags) => {
    const found = match(tags, DEBIAN);
    return found.fits ? found.rank : NaN;
  });
  assertEquals(ranks, [...ranks].sort((a, b) => b - a));
  assertEquals(new Set(ranks).size, ranks.length);
});

/** The last is whether the Python itself would do, and only the platform does not. */
const REASONS: [tags: string, python: string, why: string, near?: true][] = [
  ["cp312-cp312-any", "debian", "it is built for cp312-cp312, this Python is cp311-cp311"],
  ["cp313-cp313-any", "free", "it is built for cp313-cp313, this Python is cp313-cp313t"],
  [
    "cp311-cp311-manylinux_2_37_x86_64",
    "debian",
    "it needs glibc 2.37 or newer, this machine has 2.36",
    true,
  ],
  ["py3-none-manylinux_2_28_x86_64", "alpine", "it needs glibc, this machine has musl 1.2", true],
  [
    "py3-none-musllinux_1_2_x86_64",
    "bare",
    "it needs musl, this machine has neither glibc nor musl",
    true,
  ],
  [
    "py3-none-manylinux_2_28_aarch64",
    "debian",
    "it is built for aarch64, this Python is x86_64",
    true,
  ],
  [
    "py3-none-macosx_11_0_arm64",
    "debian",
    "it is built for macosx_11_0_arm64, this system is linux",
    true,
  ],
  ["py3-none-win_amd64", "debian", "the platform tag win_amd64 is not known here", true],
];

for (const [tags, python, why, near] of REASONS) {
  Deno.test(`matchVariant says why ${tags} does not fit ${python}`, () => {
    const expected = { fits: false, why, ...(near === undefined ? {} : { near }) };
    assertEquals(match(tags, PYTHONS[python]!), expected);
  });
}

Deno.test("ownTag and formatLibc name what this machine has", () => {
  assertEquals(ownTag(PYTHONS.free!), "cp313-cp313t");
  assertEquals(ownTag(PYTHONS.pypy!), "pp311");
  assertEquals(formatLibc(DEBIAN.libc), "glibc 2.36");
});
