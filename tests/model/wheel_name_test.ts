import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseWheelName } from "../../src/model/wheel_name.ts";

const GOOD: [file: string, parts: (string | undefined)[]][] = [
  ["a-1-py3-none-any.whl", ["a", "1", undefined, "py3", "none", "any"]],
  [
    "numpy-2.4.5-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
    ["numpy", "2.4.5", undefined, "cp311", "cp311", "manylinux_2_27_x86_64.manylinux_2_28_x86_64"],
  ],
  ["x-1.0-2local-py2.py3-none-any.whl", ["x", "1.0", "2local", "py2.py3", "none", "any"]],
  [
    "zope.interface-7.2-cp38-abi3-linux_x86_64.whl",
    ["zope.interface", "7.2", undefined, "cp38", "abi3", "linux_x86_64"],
  ],
  ["torch-2.1.0+cu121-cp311-cp311-win_amd64.whl", [
    ...["torch", "2.1.0+cu121", undefined, "cp311", "cp311", "win_amd64"],
  ]],
  ["a-1!2.0rc1.post3.dev4-py3-none-any.whl", [
    ...["a", "1!2.0rc1.post3.dev4", undefined, "py3", "none", "any"],
  ]],
  ["pip-25.3_1-py3-none-any.whl", ["pip", "25.3_1", undefined, "py3", "none", "any"]],
];

for (const [file, parts] of GOOD) {
  Deno.test(`parseWheelName reads ${file}`, () => {
    const name = parseWheelName(file)!;
    const { distribution, version, build, pythonTag, abi, platform } = name;
    assertEquals([distribution, version, build, pythonTag, abi, platform], parts);
    assertEquals(name.file, file);
  });
}

const BAD: [why: string, file: string][] = [
  ["it is no wheel", "a-1-py3-none-any.zip"],
  ["a part is missing", "a-py3-none-any.whl"],
  ["there are too many parts", "a-b-1-1-py3-none-any.whl"],
  ["the project has a dash", "my-app-1.0-py3-none-any.whl"],
  ["the project begins with a dot", ".a-1-py3-none-any.whl"],
  ["the version is none of PEP 440", "a-1.x-py3-none-any.whl"],
  ["the build number begins with a letter", "a-1-b1-py3-none-any.whl"],
  ["a tag is empty", "a-1-py3--any.whl"],
  ["a tag of a set is empty", "a-1-py3.-none-any.whl"],
  ["it is a path", "a/b-1-py3-none-any.whl"],
  ["it leads elsewhere", "..-1-py3-none-any.whl"],
  ["it is longer than a file name can be", `${"a".repeat(240)}-1-py3-none-any.whl`],
  ["it ends with a newline", "a-1-py3-none-any.whl\n"],
];

for (const [why, file] of BAD) {
  Deno.test(`parseWheelName refuses a name when ${why}`, () => {
    assertEquals(parseWheelName(file), undefined);
  });
}

Deno.test("parseWheelName gives back the parts that a name was made of", () => {
  const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,8}$/);
  const version = fc.stringMatching(/^\d{1,3}(\.\d{1,3}){0,3}((a|b|rc)\d)?(\.post\d)?(\.dev\d)?$/);
  const build = fc.option(fc.stringMatching(/^\d{1,3}[a-z]{0,3}$/), { nil: undefined });
  fc.assert(
    fc.property(word, version, build, word, word, word, (name, version, build, ...tags) => {
      const stated = [name, version, ...(build === undefined ? [] : [build]), ...tags];
      const parsed = parseWheelName(`${stated.join("-")}.whl`)!;
      assertEquals(
        [parsed.distribution, parsed.version, parsed.build],
        [name, version, build],
      );
      assertEquals([parsed.pythonTag, parsed.abi, parsed.platform], tags);
    }),
  );
});

Deno.test("parseWheelName takes no name with a path in it, whatever the text", () => {
  const piece = fc.constantFrom("a", "-", "1", ".", "/", "\\", "..", "py3-none-any", ".whl", "\0");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const parsed = parseWheelName(pieces.join("") + ".whl");
      assert(parsed === undefined || !/[/\\\0]/.test(parsed.file));
    }),
    { numRuns: 2000 },
  );
});
