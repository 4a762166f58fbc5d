import { assertEquals } from "@std/assert";
import { formatBytes, formatMinute, formatMs } from "../../src/cli/format.ts";

Deno.test("formatMs shows what matters of a time", () => {
  const table: [number, string][] = [[0, "0ms"], [0.4, "0ms"], [830.6, "831ms"], [
    2410,
    "2s 410ms",
  ]];
  for (const [ms, text] of [...table, [200_000, "3m 20s"]] as const) {
    assertEquals(formatMs(ms), text);
  }
});

Deno.test("formatBytes uses decimal units", () => {
  const table = [[0, "0 B"], [999, "999 B"], [51_234, "51.2 kB"], [43_815_678, "43.8 MB"]] as const;
  for (const [count, text] of table) assertEquals(formatBytes(count), text);
});

Deno.test("formatMinute is in UTC", () => {
  assertEquals(formatMinute(Date.UTC(2026, 10, 20, 9, 5, 59)), "2026-11-20 09:05");
});
