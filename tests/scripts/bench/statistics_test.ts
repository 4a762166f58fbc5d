import { assertEquals, assertThrows } from "@std/assert";
import { median, quartiles } from "../../../scripts/bench/statistics.ts";

for (
  const [values, expected] of [
    [[7], 7],
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 100, 1], 9.5],
  ] as const
) {
  Deno.test(`median of ${values.join(", ")} is ${expected}`, () => {
    assertEquals(median(values), expected);
  });
}

Deno.test("median refuses no values", () => {
  assertThrows(() => median([]), RangeError);
});

for (
  const [values, expected] of [
    [[5], [5, 5]],
    [[3, 1, 2], [1, 3]],
    [[5, 4, 3, 2, 1], [2, 4]],
  ] as const
) {
  Deno.test(`quartiles of ${values.join(", ")} are ${expected.join(" and ")}`, () => {
    assertEquals(quartiles(values), [...expected] as [number, number]);
  });
}
