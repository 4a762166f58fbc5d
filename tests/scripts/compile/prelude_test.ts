import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { INSTRUCTIONS, type Patch, preludePatches } from "../../../scripts/compile/prelude.ts";
import { appendProgram, smallElf } from "./elf_fixture.ts";

const CODE = INSTRUCTIONS.flatMap(([bytes]) => bytes.split(" ").map((byte) => parseInt(byte, 16)));
const SIZE = CODE.length + 5;
const INT3 = 0xcc;
const E_ENTRY = 24;
/** Where text is in memory against where it is in the file, as linkers place it a page further. */
const SHIFT = 0x1000;
const TEXT_AT = 64 + 2 * 56;

interface Program {
  readonly entry?: number;
  readonly machine?: number;
  readonly flags?: number;
}

/** A program whose one segment is executable, and that begins at its text. */
function program(text: Uint8Array, { entry, machine = 62, flags = 5 }: Program = {}) {
  const image = smallElf(text);
  const view = new DataView(image.buffer);
  view.setUint16(18, machine, true);
  view.setBigUint64(E_ENTRY, BigInt(entry ?? TEXT_AT + SHIFT), true);
  view.setUint32(64 + 56 + 4, flags, true);
  view.setBigUint64(64 + 56 + 16, BigInt(SHIFT), true);
  return image;
}

/** Something, so many int3, and something. */
function withRun(before: number, run: number, after = 40): Uint8Array {
  const text = new Uint8Array(before + run + after).fill(0x90);
  return text.fill(INT3, before, before + run);
}

function patched(image: Uint8Array, patches: readonly Patch[]): Uint8Array<ArrayBuffer> {
  const copy = image.slice();
  for (const { offset, bytes } of patches) copy.set(bytes, offset);
  return copy;
}

/** An instruction as a disassembler reads it. */
interface Line {
  readonly at: number;
  readonly text: string;
}

async function disassembled(code: Uint8Array): Promise<Line[]> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, code);
    const { stdout } = await new Deno.Command("objdump", {
      args: ["-D", "-b", "binary", "-m", "i386:x86-64", "-M", "intel", "--no-show-raw-insn", path],
    }).output();
    const lines = new TextDecoder().decode(stdout).matchAll(/^ +([0-9a-f]+):\t(.*)$/gm);
    return [...lines].map(([, at, text]) => ({
      at: parseInt(at!, 16),
      text: text!.trim().replaceAll(/ +/g, " "),
    }));
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("INSTRUCTIONS are what a disassembler says, and jump to instructions", async () => {
  const lines = await disassembled(Uint8Array.from(CODE));
  assertEquals(lines.map(({ text }) => text), INSTRUCTIONS.map(([, assembler]) => assembler));
  const starts = [...lines.map(({ at }) => at), CODE.length];
  const targets = lines.flatMap(({ text }) => /^j\w+ 0x(\w+)$/.exec(text)?.[1] ?? []);
  assertEquals(targets.length, 6);
  for (const target of targets) assert(starts.includes(parseInt(target, 16)), target);
});

Deno.test("preludePatches() puts code between int3 alone, and ends at the original entry", () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(400), fc.nat(40), (before, more, start) => {
      const run = SIZE + 47 + more;
      const entry = TEXT_AT + SHIFT + Math.min(start, before);
      const image = program(withRun(before, run), { entry });
      const found = preludePatches(image)!;
      const code = found[0]!;
      assertEquals(code.offset % 16, 0);
      assert(code.offset >= TEXT_AT + before + 16);
      assert(code.offset + SIZE + 16 <= TEXT_AT + before + run);
      assertEquals([...code.bytes.subarray(0, CODE.length)], CODE);
      const result = patched(image, found);
      const view = new DataView(result.buffer);
      assertEquals(Number(view.getBigUint64(E_ENTRY, true)), code.offset + SHIFT);
      const jump = view.getInt32(code.offset + CODE.length + 1, true);
      assertEquals(result[code.offset + CODE.length], 0xe9);
      assertEquals(code.offset + SHIFT + SIZE + jump, entry);
      // Nothing else has changed.
      result.fill(INT3, code.offset, code.offset + SIZE);
      view.setBigUint64(E_ENTRY, BigInt(entry), true);
      assertEquals(result, image);
    }),
  );
});

Deno.test("preludePatches() finds the same place when a program was appended", () => {
  const base = program(withRun(70, 400));
  assertEquals(preludePatches(appendProgram(base, new Uint8Array(50))), preludePatches(base));
});

Deno.test("preludePatches() passes over runs that fill up the end of a function", () => {
  const text = new Uint8Array([...withRun(20, SIZE + 46), ...withRun(9, 400)]);
  const [code] = preludePatches(program(text))!;
  assert(code!.offset > TEXT_AT + 20 + SIZE + 46 + 40 + 9);
});

Deno.test("preludePatches() has none for another machine, or for a text without room", () => {
  assertEquals(preludePatches(program(withRun(0, 400), { machine: 183 })), undefined);
  assertEquals(preludePatches(program(withRun(40, SIZE + 46))), undefined);
  assertEquals(preludePatches(program(withRun(40, 0))), undefined);
});

const refused: [string, Uint8Array][] = [
  ["the segment of the entry cannot be executed", program(withRun(0, 400), { flags: 6 })],
  ["the entry is before the segment", program(withRun(0, 400), { entry: SHIFT - 1 })],
  ["the entry is behind the segment", program(withRun(0, 400), { entry: 90_000 })],
];

for (const [name, image] of refused) {
  Deno.test(`preludePatches() refuses an executable when ${name}`, () => {
    assertThrows(() => preludePatches(image), Error, "holds the entry");
  });
}
