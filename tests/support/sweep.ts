/** The calls of a sweep, from 1: each, or in the short form of the tests each seventh. */
export function sweep(calls: number): number[] {
  const step = Deno.env.get("EDGEBOOT_TESTS") === "short" ? 7 : 1;
  return Array.from({ length: Math.ceil(calls / step) }, (_, index) => 1 + index * step);
}
