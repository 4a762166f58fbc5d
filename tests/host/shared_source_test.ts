import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { openShared, shareSource, SourceOwner } from "../../src/host/shared_source.ts";
import type { OpenFile } from "../../src/host/ports.ts";

/** As in the source; the sizes below lie around its multiples and beyond all four slots. */
const PIECE = 256 * 1024;

interface Both {
  readonly file: OpenFile;
  readonly owner: SourceOwner;
  /** Where the owner's file was read, in order. */
  readonly seeks: readonly number[];
}

/**
 * Both sides on one thread: the owner answers as soon as it is woken.
 * @param failsFrom reads at or behind this offset fail
 * @param mostAtOnce bytes that one read of the owner's file gives
 */
function open(content: Uint8Array, { failsFrom = Infinity, mostAtOnce = Infinity } = {}): Both {
  const seeks: number[] = [];
  let position = 0;
  const file = {
    seek: (offset: number) => void seeks.push(position = offset),
    read(into: Uint8Array) {
      if (position >= failsFrom) throw new Error("the disk is gone");
      const part = content.subarray(position, position + Math.min(into.length, mostAtOnce));
      into.set(part);
      position += part.length;
      return part.length === 0 ? null : part.length;
    },
  } as unknown as OpenFile;
  const shared = shareSource(content.length);
  const owner = new SourceOwner(shared, file);
  return { file: openShared(shared, () => owner.serve()), owner, seeks };
}

function numbered(size: number): Uint8Array {
  return new Uint8Array(size).map((_, index) => index * 7 + (index >> 8));
}

function readAll(file: OpenFile, step: number): Uint8Array {
  const parts: number[] = [];
  const buffer = new Uint8Array(step);
  for (let read = file.read(buffer); read !== null; read = file.read(buffer)) {
    assert(read > 0);
    for (const byte of buffer.subarray(0, read)) parts.push(byte);
  }
  return new Uint8Array(parts);
}

for (const size of [0, 1, PIECE - 1, PIECE, PIECE + 1, 4 * PIECE, 4 * PIECE + 1, 6 * PIECE + 5]) {
  Deno.test(`openShared gives a file of ${size} bytes, and then its end again and again`, () => {
    const content = numbered(size);
    const { file } = open(content);
    assertEquals(readAll(file, 100_000), content);
    assertEquals([file.read(new Uint8Array(9)), file.read(new Uint8Array(9))], [null, null]);
    assertEquals(file.size(), size);
  });
}

Deno.test("openShared reads each piece once where a file is read from front to back", () => {
  const { file, seeks } = open(numbered(6 * PIECE + 5));
  readAll(file, 60_000);
  assertEquals(seeks.toSorted((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6].map((n) => n * PIECE));
});

Deno.test("openShared gives the same bytes when the owner's reads are short", () => {
  const content = numbered(PIECE + 1000);
  assertEquals(readAll(open(content, { mostAtOnce: 4099 }).file, PIECE), content);
});

Deno.test("openShared gives what is at any offset, whatever was read before", () => {
  const content = numbered(7 * PIECE + 123);
  const step = fc.record({
    offset: fc.oneof(
      fc.nat(content.length + 1000),
      fc.record({ piece: fc.nat(8), by: fc.integer({ min: -2, max: 2 }) })
        .map(({ piece, by }) => Math.max(0, piece * PIECE + by)),
    ),
    length: fc.integer({ min: 1, max: 3 * PIECE }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const { file } = open(content);
      for (const { offset, length } of steps) {
        file.seek(offset);
        const buffer = new Uint8Array(length);
        const read = file.read(buffer) ?? 0;
        if (offset >= content.length) assertEquals(read, 0);
        else {
          assert(read > 0);
          const same = buffer.subarray(0, read).every((byte, at) => byte === content[offset + at]);
          assert(same, `other bytes at ${offset}`);
        }
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("openShared fails where the owner cannot read, and the owner keeps why", () => {
  const { file, owner } = open(numbered(6 * PIECE), { failsFrom: 5 * PIECE });
  const buffer = new Uint8Array(PIECE);
  for (let piece = 0; piece < 5; piece++) assertEquals(file.read(buffer), PIECE);
  assertThrows(() => file.read(buffer), Error, "cannot read");
  assertEquals(String(owner.failure), "Error: the disk is gone");
});

Deno.test("openShared ends where a file has become shorter than it was", () => {
  const shared = shareSource(2 * PIECE);
  const owner = new SourceOwner(shared, { seek() {}, read: () => null } as unknown as OpenFile);
  const file = openShared(shared, () => owner.serve());
  assertEquals(file.read(new Uint8Array(10)), null);
});

Deno.test("openShared gives a file that is only read", () => {
  const { file } = open(numbered(10));
  for (const act of [() => file.write(new Uint8Array(1)), () => file.sync()]) {
    assertThrows(act, Error, "only read");
  }
});
