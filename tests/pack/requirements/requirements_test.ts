import { assertEquals, assertThrows } from "@std/assert";
import type { EdgebootError } from "../../../src/model/errors.ts";
import type { Lock } from "../../../src/pack/lock/lock.ts";
import { allowedHashes, onlyAllowed } from "../../../src/pack/requirements/hashes.ts";
import { readPipReport } from "../../../src/pack/requirements/pip_report.ts";
import { parseRequirementsFile } from "../../../src/pack/requirements/requirements_file.ts";
import { pipPlatforms, uvPlatform } from "../../../src/pack/requirements/tool_platforms.ts";
import { targetOf } from "../../../src/pack/target.ts";

const [A, B] = ["a".repeat(64), "b".repeat(64)];
const parse = (text: string) => parseRequirementsFile(text, (name) => ({ TOKEN: "t0p" })[name]);

Deno.test("parseRequirementsFile finds includes, options, names and hashes", () => {
  const text = `# comment
-r base.txt
--requirement=more.txt  # why
-cconstraints.txt
--index-url https://\${TOKEN}:\${UNSET}@index.example/simple
--extra-index-url 'https://other.example/simple#x'
-e git+https://host.example/x#egg=x
--editable ./here
--no-binary :all:
--require-hashes
Foo.Bar[extra]==1.0 \\
    --hash=sha256:${A} \\
    --hash=sha512:00
plain>=2 ; python_version < "3.12"
url @ https://host.example/u.whl#sha256=1 --hash=sha256:${B}
./local.whl
https://host.example/x.whl
`;
  assertEquals(parse(text), {
    includes: ["base.txt", "more.txt", "constraints.txt"],
    indexes: ["https://t0p:${UNSET}@index.example/simple", "https://other.example/simple#x"],
    editables: ["git+https://host.example/x#egg=x", "./here"],
    requiresHashes: true,
    requirements: [
      { name: "foo-bar", hashes: [`sha256:${A}`, "sha512:00"] },
      { name: "plain", hashes: [] },
      { name: "url", hashes: [`sha256:${B}`] },
      { name: undefined, hashes: [] },
      { name: undefined, hashes: [] },
    ],
  });
});

Deno.test("allowedHashes is about nothing where no hash is stated", () => {
  assertEquals(allowedHashes([parse("a\nb==1")]), undefined);
  assertEquals([...allowedHashes([parse("--require-hashes\na")])!], [["a", new Set()]]);
  const two = allowedHashes([parse(`a==1 --hash=sha256:${A}`), parse(`A==1 --hash=sha256:${B}`)])!;
  assertEquals([...two], [["a", new Set([A, B])]]);
});

const file = (name: string, sha256: string) => ({
  ...{ name, sha256, url: `https://files.example/${name}`, path: undefined, size: undefined },
});

const LOCK: Lock = {
  ...{ file: "requirements.txt", requiresPython: undefined, environments: [], defaultGroups: [] },
  roots: undefined,
  packages: [{
    ...{ name: "a", version: "1", marker: undefined, requiresPython: undefined },
    source: { kind: "index", url: undefined },
    wheels: [file("a-1-py3-none-any.whl", A), file("a-1-py2-none-any.whl", B)],
    sdist: undefined,
    dependencies: [],
  }],
};

Deno.test("onlyAllowed leaves what a hash allows, and refuses a project without one", () => {
  const allowed = onlyAllowed(LOCK, new Map([["a", new Set([B])]]));
  assertEquals(allowed.packages[0]!.wheels.map(({ sha256 }) => sha256), [B]);
  for (
    const digests of [
      new Map(),
      new Map([["a", new Set<string>()]]),
      new Map([["a", new Set(["0"])]]),
    ]
  ) {
    const error = assertThrows(() => onlyAllowed(LOCK, digests)) as EdgebootError;
    assertEquals([error.code, error.facts.rule, error.facts.package], [
      "PACK_REFUSED",
      "unhashed",
      "a",
    ]);
  }
});

Deno.test("uvPlatform is the newest that uv knows and that is no newer than the target", () => {
  const CASES: readonly [string, string | undefined][] = [
    ["manylinux_2_28_x86_64", "x86_64-manylinux_2_28"],
    ["manylinux_2_30_aarch64", "aarch64-manylinux_2_28"],
    ["manylinux_2_99_x86_64", "x86_64-manylinux_2_40"],
    ["manylinux_2_12_x86_64", undefined],
    ["manylinux_2_28_s390x", undefined],
    ["musllinux_1_2_x86_64", "x86_64-unknown-linux-musl"],
    ["macosx_11_0_arm64", "aarch64-apple-darwin"],
    ["linux_x86_64", undefined],
  ];
  for (const [platform, expected] of CASES) {
    assertEquals(uvPlatform(targetOf("3.11", platform)), expected);
  }
});

Deno.test("pipPlatforms lists all that the platform takes, by all their names", () => {
  const x86 = pipPlatforms(targetOf("3.11", "manylinux_2_18_x86_64"));
  assertEquals(x86.slice(0, 4), [
    ...["manylinux_2_18_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"],
    "manylinux_2_16_x86_64",
  ]);
  assertEquals(x86.slice(-3), ["manylinux_2_5_x86_64", "manylinux1_x86_64", "linux_x86_64"]);
  assertEquals(pipPlatforms(targetOf("3.11", "musllinux_1_1_x86_64")), [
    ...["musllinux_1_1_x86_64", "musllinux_1_0_x86_64", "linux_x86_64"],
  ]);
  assertEquals(pipPlatforms(targetOf("3.11", "macosx_11_0_arm64")), ["macosx_11_0_arm64"]);
});

Deno.test("readPipReport reads files with either form of hashes", () => {
  const report = (archive_info: object) =>
    JSON.stringify({
      install: [{
        download_info: { url: "https://files.example/My%2BPkg-1.whl", archive_info },
        metadata: { name: "My.Pkg", version: "1" },
      }],
    });
  for (const info of [{ hashes: { sha256: A } }, { hash: `sha256=${A}` }]) {
    const [one] = readPipReport(report(info), "r.txt").packages;
    assertEquals([one!.name, one!.wheels[0]!.name, one!.wheels[0]!.sha256], [
      "my-pkg",
      "My+Pkg-1.whl",
      A,
    ]);
  }
  assertThrows(() => readPipReport("{", "r.txt"));
  assertThrows(() => readPipReport('{"install": [{}]}', "r.txt"));
});
