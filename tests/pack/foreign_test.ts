import { assertEquals } from "@std/assert";
import { foreignFile, foreignWheel } from "../../src/pack/foreign.ts";
import { targetOf } from "../../src/pack/target.ts";

const LINUX = targetOf("3.11", "manylinux_2_28_x86_64");
const MUSL = targetOf("3.11", "musllinux_1_2_x86_64");
const ARM = targetOf("3.11", "manylinux_2_28_aarch64");
const MAC = targetOf("3.11", "macosx_11_0_arm64");
const FREE = targetOf("3.13t", "manylinux_2_28_x86_64");

Deno.test("foreignFile says of an extension module for what else it is", () => {
  const CASES: readonly [string, typeof LINUX, string | undefined][] = [
    ["a/_x.cpython-311-x86_64-linux-gnu.so", LINUX, undefined],
    ["a/_x.cpython-312-x86_64-linux-gnu.so", LINUX, "is for Python 3.12"],
    ["a/_x.cpython-311-aarch64-linux-gnu.so", LINUX, "is for aarch64-linux-gnu"],
    ["a/_x.cpython-311-aarch64-linux-gnu.so", ARM, undefined],
    ["a/_x.cpython-311-x86_64-linux-musl.so", LINUX, "needs musl"],
    ["a/_x.cpython-311-x86_64-linux-musl.so", MUSL, undefined],
    ["a/_x.cpython-311-x86_64-linux-gnu.so", MUSL, "needs glibc"],
    ["a/_x.cpython-311-darwin.so", LINUX, "is for macOS"],
    ["a/_x.cpython-311-darwin.so", MAC, undefined],
    ["a/_x.cpython-312-darwin.so", MAC, "is for Python 3.12"],
    ["a/_x.cpython-311-x86_64-linux-gnu.so", MAC, "is for x86_64-linux-gnu"],
    ["a/_x.cpython-313t-x86_64-linux-gnu.so", FREE, undefined],
    ["a/_x.cpython-313-x86_64-linux-gnu.so", FREE, "is for Python 3.13"],
    ["a/_x.abi3.so", LINUX, undefined],
    ["a/libx.so.1", LINUX, undefined],
    ["a/x.so", LINUX, undefined],
    ["a/x.cp311-win_amd64.pyd", LINUX, "is for Windows"],
    ["a/x.dll", MAC, "is for Windows"],
    ["a/libx.dylib", LINUX, "is for macOS"],
    ["a/x.py", LINUX, undefined],
  ];
  for (const [path, target, expected] of CASES) {
    assertEquals(foreignFile(path, target), expected, path);
  }
});

Deno.test("foreignWheel holds a project's own tags against the target", () => {
  const wheel = (...tags: string[]) =>
    "Wheel-Version: 1.0\n" + tags.map((tag) => `Tag: ${tag}\n`).join("");
  assertEquals(foreignWheel(wheel("py2-none-any", "py3-none-any"), LINUX), undefined);
  assertEquals(foreignWheel(wheel("cp311-cp311-manylinux_2_17_x86_64"), LINUX), undefined);
  assertEquals(foreignWheel(wheel(), LINUX), undefined);
  const mac = foreignWheel(wheel("cp311-cp311-macosx_11_0_arm64"), LINUX);
  assertEquals(mac, "it is built for macosx_11_0_arm64, this system is linux");
});
