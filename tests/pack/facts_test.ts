import { assertEquals } from "@std/assert";
import { parseCoreMetadata } from "../../src/pack/core_metadata.ts";
import { leastGlibc, type NativeObject, systemLibraries } from "../../src/pack/native.ts";

Deno.test("parseCoreMetadata reads the headers and no line of the description", () => {
  const text = [
    ...["Metadata-Version: 2.4", "Name: Shop.App", "Version: 1.2", "Requires-Python: >=3.9"],
    ...["License-Expression: MIT OR Apache-2.0", "Requires-Dist: six", "Requires-Dist: x; y", ""],
    "Name: other",
  ].join("\r\n");
  assertEquals(parseCoreMetadata(text), {
    ...{ name: "Shop.App", version: "1.2", requiresPython: ">=3.9", summary: undefined },
    ...{ license: "MIT OR Apache-2.0", requires: ["six", "x; y"] },
  });
});

const LICENSES: readonly (readonly [header: string, license: string | undefined])[] = [
  ["License: BSD-3-Clause", "BSD-3-Clause"],
  ["License: UNKNOWN", undefined],
  ["Classifier: License :: OSI Approved :: MIT License", "MIT"],
  ["Classifier: License :: OSI Approved", undefined],
  ["License: Copyright me\n  all of it\n  and more", undefined],
  ["Classifier: License :: OSI Approved :: ISC License (ISCL)\nLicense: x", "ISC"],
];

for (const [header, license] of LICENSES) {
  Deno.test(`parseCoreMetadata finds the licence ${license} in ${JSON.stringify(header)}`, () => {
    assertEquals(parseCoreMetadata(`Name: a\nVersion: 1\n${header}\n`).license, license);
  });
}

const object = (name: string, needed: readonly string[], more: Partial<NativeObject> = {}) => ({
  ...{ names: [name], needed, isModule: !name.startsWith("lib"), ...more },
});

Deno.test("systemLibraries are those of modules, also by way of libraries that come along", () => {
  const objects = [
    object("_x.so", ["libown.so.1", "libc.so.6", "libpq.so.5"]),
    object("libown-0ab.so", ["libz.so.1", "libm.so.6"], {
      names: ["libown-0ab.so", "libown.so.1"],
    }),
    object("libplugin.so", ["libcuda.so.1"]),
  ];
  assertEquals(systemLibraries(objects), ["libpq.so.5", "libz.so.1"]);
});

Deno.test("systemLibraries ends where libraries need each other", () => {
  const objects = [
    object("m.so", ["liba.so"]),
    object("liba.so", ["libb.so"]),
    object("libb.so", ["liba.so"]),
  ];
  assertEquals(systemLibraries(objects), []);
});

Deno.test("systemLibraries counts no part of the C library", () => {
  const parts = ["libc.so.6", "ld-linux-x86-64.so.2", "libpthread.so.0", "libc.musl-x86_64.so.1"];
  assertEquals(systemLibraries([object("m.so", parts)]), []);
});

Deno.test("leastGlibc is the newest version that any file asks for", () => {
  const of = (...glibc: [number, number]) => object("m.so", [], { glibc });
  assertEquals(leastGlibc([of(2, 17), of(2, 5), of(2, 28)]), "2.28");
  assertEquals(leastGlibc([object("m.so", [])]), undefined);
});
