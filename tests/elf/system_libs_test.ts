import { assertEquals, assertMatch } from "@std/assert";
import { dispensable } from "../../src/elf/library_packages.ts";
import { describeMissing, missingLibraries } from "../../src/elf/system_libs.ts";
import type { Look } from "../../src/elf/look.ts";
import { withFiles } from "./rooted_fs.ts";

const X86_64 = 62;
const I386 = 3;
const GLIBC = {
  os: "linux",
  machine: "x86_64",
  libc: { kind: "glibc", major: 2, minor: 36 },
} as const;
const MUSL = { ...GLIBC, libc: { kind: "musl", major: 1, minor: 2 } } as const;

/** ELF files by path: e_machine; texts are texts. */
function machine(files: Readonly<Record<string, number | string>>): Look {
  const bytesOf = (path: string): Uint8Array | undefined => {
    const content = files[path];
    if (typeof content !== "number") {
      return content === undefined ? undefined : new TextEncoder().encode(content);
    }
    const head = new Uint8Array(20);
    head.set([0x7f, 0x45, 0x4c, 0x46, content === I386 ? 1 : 2, 1]);
    head[18] = content;
    return head;
  };
  return {
    kindOf: (path) => path in files ? "file" : undefined,
    readDir: () => [],
    realPath: (path) => path,
    readBytes: bytesOf,
    open: (path) => {
      const bytes = bytesOf(path);
      return bytes && {
        size: bytes.length,
        read: (at, length) => bytes.subarray(at, at + length),
        close: () => {},
      };
    },
  };
}

const CASES: readonly [
  string,
  Readonly<Record<string, number | string>>,
  string | undefined,
  string[],
][] = [
  ["is in the multiarch directory", { "/lib/x86_64-linux-gnu/liba.so.1": X86_64 }, undefined, []],
  ["is in /usr/lib64", { "/usr/lib64/liba.so.1": X86_64 }, undefined, []],
  ["is only there for another architecture", { "/lib/liba.so.1": I386 }, undefined, ["liba.so.1"]],
  ["is a linker script", { "/usr/lib/liba.so.1": "GROUP (x)" }, undefined, ["liba.so.1"]],
  ["is nowhere", {}, undefined, ["liba.so.1"]],
  ["is on LD_LIBRARY_PATH", { "/opt/l/liba.so.1": X86_64 }, "relative:/x:/opt/l", []],
  ["is in a directory that nobody names", { "/opt/l/liba.so.1": X86_64 }, "/opt", ["liba.so.1"]],
];

for (const [name, files, path, expected] of CASES) {
  Deno.test(`missingLibraries gives ${JSON.stringify(expected)} when the library ${name}`, () => {
    assertEquals(
      missingLibraries(["liba.so.1", "liba.so.1"], GLIBC, { libraryPath: path }, machine(files)),
      expected,
    );
  });
}

Deno.test("missingLibraries looks into musl's own directories when the interpreter is musl's", () => {
  const files = { "/usr/local/lib/liba.so.1": X86_64, "/lib/x86_64-linux-gnu/libb.so.1": X86_64 };
  const names = ["liba.so.1", "libb.so.1"];
  assertEquals(missingLibraries(names, MUSL, {}, machine(files)), ["libb.so.1"]);
  const stated = { ...files, "/etc/ld-musl-x86_64.path": "/x\n/lib/x86_64-linux-gnu:/y\n" };
  assertEquals(missingLibraries(names, MUSL, {}, machine(stated)), ["liba.so.1"]);
});

Deno.test("describeMissing names the package when Debian has a well-known one", () => {
  const text = describeMissing(["libpq.so.5", "constructor", "liba.so.1"]);
  assertEquals(text, "libpq.so.5 (Debian, Ubuntu: apt-get install libpq5), constructor, liba.so.1");
});

Deno.test("missingLibraries counts what the interpreter and unpacked trees find by their own paths", async () => {
  const files = {
    "/opt/py/bin/python3": { type: 2, rpath: "$ORIGIN/../lib" },
    "/opt/py/lib/liba.so.1": {},
    "/trees/1/x.abi3.so": { runpath: "$ORIGIN/x.libs" },
    "/trees/1/x.libs/libb.so.1": {},
  };
  const names = ["liba.so.1", "libb.so.1", "libc.so.1"];
  await withFiles(files, (fs) => {
    const python = "/opt/py/bin/python3";
    assertEquals(missingLibraries(names, GLIBC, {}, fs), names);
    assertEquals(missingLibraries(names, GLIBC, { python }, fs), ["libb.so.1", "libc.so.1"]);
    const search = { python, trees: ["/trees/1", "/trees/2"] };
    assertEquals(missingLibraries(names, GLIBC, search, fs), ["libc.so.1"]);
  });
});

for (
  const [soname, expected] of [
    ["libcuda.so.1", /graphics driver/],
    ["libnvidia-ml.so.1", /graphics driver/],
    ["libtbb.so.12", /numba/],
    ["libcudart.so.12", undefined],
    ["libpq.so.5", undefined],
  ] as const
) {
  Deno.test(`dispensable says ${expected} of ${soname}`, () => {
    if (expected === undefined) assertEquals(dispensable(soname), undefined);
    else assertMatch(dispensable(soname) ?? "", expected);
  });
}
