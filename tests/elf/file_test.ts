import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { type Elf, parseElf } from "../../src/elf/file.ts";
import { buildElf, type ElfPlan, sourceOf } from "./elf_build.ts";

const PLAN: ElfPlan = {
  machine: 183,
  interpreter: "/lib/ld-linux-aarch64.so.1",
  soname: "libself.so.1",
  needed: ["liba.so.1", "libc.so.6"],
  rpath: "$ORIGIN/../x.libs:/opt/lib",
  runpath: "$ORIGIN",
  flags1: 0x801,
  needs: { "libc.so.6": ["GLIBC_2.17", "~GLIBC_2.38"], "liba.so.1": ["A_1"] },
  defines: ["SELF_1", "SELF_2"],
};

for (const bits of [32, 64] as const) {
  for (const little of [true, false]) {
    const form = `${bits} bits, ${little ? "little" : "big"}-endian`;
    Deno.test(`parseElf reads all that the loader needs when the file has ${form}`, () => {
      assertEquals(parseElf(sourceOf(buildElf({ ...PLAN, bits, little }))), {
        kind: "elf",
        ...{ bits, little, machine: 183, type: "shared" },
        interpreter: "/lib/ld-linux-aarch64.so.1",
        soname: "libself.so.1",
        needed: ["liba.so.1", "libc.so.6"],
        rpath: "$ORIGIN/../x.libs:/opt/lib",
        runpath: "$ORIGIN",
        noDefaultLibraries: true,
        versionNeeds: [
          { library: "libc.so.6", version: "GLIBC_2.17", weak: false },
          { library: "libc.so.6", version: "GLIBC_2.38", weak: true },
          { library: "liba.so.1", version: "A_1", weak: false },
        ],
        versionDefinitions: ["SELF_1", "SELF_2"],
      });
    });
  }
}

Deno.test("parseElf finds nothing needed when there is no dynamic section", () => {
  const bytes = buildElf();
  // e_phnum: the one header of the dynamic section is left out.
  new DataView(bytes.buffer).setUint16(56, 1, true);
  const answer = parseElf(sourceOf(bytes)) as Elf;
  assertEquals([answer.kind, answer.needed, answer.soname], ["elf", [], undefined]);
});

Deno.test("parseElf passes over what is no ELF file", () => {
  for (
    const text of ["", "\x7fEL", "#!/bin/sh\nexec python3\n", "GROUP ( /lib/libc.so.6 )\n\n\n"]
  ) {
    assertEquals(parseElf(sourceOf(new TextEncoder().encode(text))).kind, "no-elf");
  }
});

/** What is written where, in a file of 64 bits, and what the refusal says. */
const BROKEN: readonly [string, (view: DataView) => void, RegExp][] = [
  ["the class is unknown", (view) => view.setUint8(4, 9), /no ELF class 9/],
  ["the byte order is unknown", (view) => view.setUint8(5, 0), /no byte order 0/],
  ["headers lie behind the end", (view) => view.setUint32(32, 1e9, true), /behind its end/],
  ["headers are too small", (view) => view.setUint16(54, 8, true), /headers of 8 bytes/],
  ["a number exceeds any file", (view) => view.setUint32(36, 0xffffffff, true), /beyond any file/],
  [
    "the dynamic section is too large",
    (view) => view.setUint32(120 + 32, 0x7fffffff, true),
    /too large/,
  ],
  ["a name lies outside the strings", (view) => view.setUint32(1032, 5000, true), /no end|behind/],
];

for (const [name, spoil, says] of BROKEN) {
  Deno.test(`parseElf refuses a file when ${name}`, () => {
    const bytes = buildElf(PLAN);
    spoil(new DataView(bytes.buffer));
    const answer = parseElf(sourceOf(bytes));
    assertEquals(answer.kind, "broken");
    assertMatch((answer as { why: string }).why, says);
  });
}

Deno.test("parseElf ends when version records point in a circle or nowhere", () => {
  const bytes = buildElf(PLAN);
  const view = new DataView(bytes.buffer);
  // 65,535 auxiliary records for the first library, all of them the same.
  view.setUint16(2048 + 2, 0xffff, true);
  view.setUint32(2048 + 16 + 12, 1, true);
  assertEquals(parseElf(sourceOf(bytes)).kind, "broken");
});

const KINDS = new Set(["elf", "no-elf", "broken"]);

Deno.test("parseElf answers and never throws when the bytes are random", () => {
  const anything = fc.uint8Array({ maxLength: 600 });
  const headed = anything.map((bytes) => {
    const head = [0x7f, 0x45, 0x4c, 0x46, 1 + (bytes[0] ?? 0) % 2, 1 + (bytes[1] ?? 0) % 2];
    return new Uint8Array([...head, ...bytes]);
  });
  fc.assert(
    fc.property(fc.oneof(anything, headed), (bytes) => {
      assert(KINDS.has(parseElf(sourceOf(bytes)).kind));
    }),
    { numRuns: 5000 },
  );
});

Deno.test("parseElf answers and never throws when sound files are damaged", () => {
  const damage = fc.array(fc.tuple(fc.nat(5000), fc.integer({ min: 0, max: 255 })), {
    ...{ minLength: 1, maxLength: 12 },
  });
  const form = fc.record({ bits: fc.constantFrom(32 as const, 64 as const), little: fc.boolean() });
  fc.assert(
    fc.property(form, damage, fc.nat(8192), (form, changes, length) => {
      const bytes = buildElf({ ...PLAN, ...form });
      for (const [at, value] of changes) bytes[at] = value;
      assert(KINDS.has(parseElf(sourceOf(bytes.subarray(0, 8192 - length % 4000))).kind));
    }),
    { numRuns: 5000 },
  );
});
