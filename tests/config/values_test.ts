import { assertEquals } from "@std/assert";
import { parseCount, parseRefresh, parseSize, parseSwitch } from "../../src/config/values.ts";

const REFRESH: [text: string, ms: number | string | undefined][] = [
  ...[["always", "always"], ["never", "never"], ["0s", 0], ["250ms", 250], [
    "30s",
    30_000,
  ]] as const,
  ...[["10m", 600_000], ["2h", 7_200_000], ["1d", 86_400_000]] as const,
  ...["", "30", "s", "-1s", "1.5h", "1 h", "1w", "Always", "1h30m", "9999999999s", "30s\n"]
    .map((text) => [text, undefined] as const),
].map(([text, ms]) => [text as string, ms as number]);

for (const [text, expected] of REFRESH) {
  Deno.test(`parseRefresh gives ${expected} when the text is ${JSON.stringify(text)}`, () => {
    const refresh = parseRefresh(text);
    assertEquals(refresh?.kind === "after" ? refresh.ms : refresh?.kind, expected);
  });
}

Deno.test("parseSwitch reads the spellings of systemd and YAML, in any case, and no other", () => {
  for (const text of ["1", "yes", "true", "on", "YES", "True"]) {
    assertEquals(parseSwitch(text), true);
  }
  for (const text of ["0", "no", "false", "off", "No"]) assertEquals(parseSwitch(text), false);
  for (const text of ["", "y", "n", "2", " yes", "enabled"]) {
    assertEquals(parseSwitch(text), undefined);
  }
});

const SIZES: [text: string, bytes: number | undefined][] = [
  ["1048576", 1_048_576],
  ...[["500MB", 500e6], ["1kB", 1000], ["1GB", 1e9], ["1T", 1e12]] as [string, number][],
  ...[["1KiB", 1024], ["1Ki", 1024], ["1MiB", 2 ** 20], ["1TiB", 2 ** 40]] as [string, number][],
  ["2GiB", 2 * 1024 ** 3],
  ["2Gi", 2 * 1024 ** 3],
  ["1.5k", 1500],
  ...["", "MB", "-1", "1e9", "2 parsecs", "0x10", "99999999999999TiB"]
    .map((text) => [text, undefined] as [string, undefined]),
];

for (const [text, bytes] of SIZES) {
  Deno.test(`parseSize gives ${bytes} when the text is ${JSON.stringify(text)}`, () => {
    assertEquals(parseSize(text), bytes);
  });
}

Deno.test("parseCount takes whole numbers from 1 only", () => {
  assertEquals(["1", "250000", "0", "-1", "1.5", "", "007"].map(parseCount), [
    ...[1, 250_000],
    ...Array(5).fill(undefined),
  ]);
});
