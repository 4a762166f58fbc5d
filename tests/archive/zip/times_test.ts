import { assertEquals } from "@std/assert";
import { dosTime, extendedTime, ntfsTime } from "../../../src/archive/zip/times.ts";
import { concat } from "./collect.ts";
import { NOTHING, pack } from "./build.ts";

const at = (seconds: number, nanoseconds = 0) => ({ seconds, nanoseconds });
const flagged = (flags: number, ...times: number[]) =>
  concat([new Uint8Array([flags]), pack(...times.map((time) => [4, time] as const))]);

Deno.test("extendedTime is there when its flag and its bytes are", () => {
  assertEquals(extendedTime(flagged(1, 1_700_000_001)), at(1_700_000_001));
  assertEquals(extendedTime(flagged(7, 1_700_000_001, 5, 6)), at(1_700_000_001));
  // The central directory has the flags of the local field, and only the first time.
  assertEquals(extendedTime(flagged(3, 1_700_000_001)), at(1_700_000_001));
  assertEquals(extendedTime(flagged(1, 2 ** 32 - 1)), at(2 ** 32 - 1));
  for (const field of [flagged(2, 5), flagged(1), NOTHING, new Uint8Array([1, 2, 3])]) {
    assertEquals(extendedTime(field), undefined);
  }
});

Deno.test("ntfsTime finds attribute 1 among others, and never reads past the field", () => {
  const ticks = Number((1_700_000_000n + 11_644_473_600n) * 10_000_000n);
  const times = pack([2, 1], [2, 24], [8, ticks], [8, 0], [8, 0]);
  const other = pack([2, 9], [2, 4], [4, 1]);
  assertEquals(ntfsTime(concat([pack([4, 0]), times])), at(1_700_000_000));
  assertEquals(ntfsTime(concat([pack([4, 0]), other, times])), at(1_700_000_000));
  for (
    const field of [NOTHING, pack([4, 0]), concat([pack([4, 0]), other]), times.subarray(0, 20)]
  ) assertEquals(ntfsTime(field), undefined);
  assertEquals(ntfsTime(concat([pack([4, 0]), times]).subarray(0, 20)), undefined);
});

const dos = (year: number, month: number, day: number, h = 0, m = 0, s = 0) =>
  dosTime((year - 1980) << 9 | month << 5 | day, h << 11 | m << 5 | s >> 1);
const local = (...parts: [number, number, number, number?, number?, number?]) =>
  at(new Date(parts[0], parts[1] - 1, ...parts.slice(2)).getTime() / 1000);

Deno.test("dosTime is local time, and no field of it is out of range", () => {
  assertEquals(dos(2026, 11, 28, 13, 45, 58), local(2026, 11, 28, 13, 45, 58));
  assertEquals(dos(1980, 1, 1), local(1980, 1, 1));
  assertEquals(dosTime(0, 0), local(1980, 1, 1));
  assertEquals(dos(2026, 15, 31), local(2026, 12, 31));
  assertEquals(dosTime(0x5d7c, 0xffff), local(2026, 11, 28, 23, 59, 59));
});
