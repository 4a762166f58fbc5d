import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { restoreBase } from "../../../scripts/compile/elf_base.ts";
import { appendProgram, smallElf } from "./elf_fixture.ts";

const bytes = (length: number, fill = 0x90) => new Uint8Array(length).fill(fill);
const sample = () => appendProgram(smallElf(bytes(100)), bytes(50));

Deno.test("restoreBase() undoes an append exactly, whatever base and program are", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 9000 }),
      fc.uint8Array({ minLength: 1, maxLength: 5000 }),
      fc.nat(40),
      (body, program, extraPages) => {
        const base = smallElf(body);
        assertEquals(restoreBase(appendProgram(base, program, extraPages)), base);
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("restoreBase() takes off one append at a time", () => {
  const base = smallElf(bytes(10));
  const once = appendProgram(base, bytes(20));
  assertEquals(restoreBase(once), base);
  assertThrows(() => restoreBase(restoreBase(once)), Error, "too few headers");
});

Deno.test("restoreBase() leaves its input alone", () => {
  const image = sample();
  const before = image.slice();
  restoreBase(image);
  assertEquals(image, before);
});

/** Where the base's own table is, from the fixture's arithmetic: header, 2 segments, text, names. */
const SECTION_TABLE = Math.ceil((64 + 2 * 56 + 100 + 17) / 8) * 8;

const broken: [string, (image: Uint8Array) => Uint8Array, string][] = [
  ["is empty", () => new Uint8Array(), "not a 64-bit"],
  ["is a script", () => new TextEncoder().encode("#!/bin/sh\n".repeat(20)), "not a 64-bit"],
  ["is big-endian", (image) => image.with(5, 2), "not a 64-bit"],
  ["is 32-bit", (image) => image.with(4, 1), "not a 64-bit"],
  ["is cut short", (image) => image.slice(0, -1), "outside the file"],
  ["has an altered program header", (image) => image.with(64 + 56 + 4, 7), "header 1 was altered"],
  ["has an altered section table", (image) => image.with(SECTION_TABLE + 64, 9), "not found"],
  ["has bytes in the page gap", (image) => image.with(4000, 1), "not found"],
  ["names other sections", (image) => image.with(image.lastIndexOf(0x70), 0x71), "no program"],
];

for (const [name, damage, message] of broken) {
  Deno.test(`restoreBase() refuses an image that ${name}`, () => {
    assertThrows(() => restoreBase(damage(sample())), Error, message);
  });
}
