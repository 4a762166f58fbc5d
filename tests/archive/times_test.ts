import { assertEquals } from "@std/assert";
import { fileTime, parseDecimalTime, windowsTime } from "../../src/archive/times.ts";

const at = (seconds: number, nanoseconds = 0) => ({ seconds, nanoseconds });
const YEAR_2242 = 8 ** 11 - 1;

Deno.test("fileTime takes what no file system holds to the nearest that one does", () => {
  const table = [
    [1_700_000_000, 5, at(1_700_000_000, 5)],
    [0, 0, at(0)],
    [-1, 999, at(0)],
    [-Infinity, 0, at(0)],
    [NaN, 0, at(0)],
    [2 ** 31, 0, at(2 ** 31)],
    [2 ** 53 - 1, 7, at(YEAR_2242)],
    [Infinity, 0, at(YEAR_2242)],
  ] as const;
  for (const [seconds, nanoseconds, expected] of table) {
    assertEquals(fileTime(seconds, nanoseconds), expected, `${seconds}`);
  }
});

Deno.test("parseDecimalTime keeps nanoseconds, and reads nothing but decimal numbers", () => {
  const table: [string, ReturnType<typeof at> | undefined][] = [
    ["1700000000", at(1_700_000_000)],
    ["1700000000.5", at(1_700_000_000, 500_000_000)],
    ["1700000000.123456789", at(1_700_000_000, 123_456_789)],
    // More than nanoseconds are cut, as GNU tar does: a double would say …001.
    ["1700000000.9999999999", at(1_700_000_000, 999_999_999)],
    ["0.000000001", at(0, 1)],
    ["1700000000.", at(1_700_000_000)],
    ["-1.5", at(0)],
    ["-0", at(0)],
    ["99999999999999999999", at(YEAR_2242)],
    ["", undefined],
    ["1e9", undefined],
    [" 1", undefined],
    ["1700000000,5", undefined],
    ["0x10", undefined],
    ["+1", undefined],
    ["999999999999999999999999999999", undefined],
  ];
  for (const [text, expected] of table) assertEquals(parseDecimalTime(text), expected, text);
});

Deno.test("windowsTime counts from 1601", () => {
  const ticks = (1_700_000_000n + 11_644_473_600n) * 10_000_000n + 1_234_567n;
  const [low, high] = [Number(ticks & 0xffffffffn), Number(ticks >> 32n)];
  assertEquals(windowsTime(low, high), at(1_700_000_000, 123_456_700));
  assertEquals(windowsTime(0, 0), at(0));
  assertEquals(windowsTime(0xffffffff, 0xffffffff), at(YEAR_2242));
});
