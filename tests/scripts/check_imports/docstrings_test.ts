import { assertEquals } from "@std/assert";
import { checkDocstrings } from "../../../scripts/check_imports/docstrings.ts";

const TEXT = `/** Says what it is for. */
export function documented(): void {}
export function bare(): void {}
/** For numbers. */
export function both(a: number): void;
export function both(a: string): void;
// No docstring: nobody's editor shows it.
export async function noted(): Promise<void> {}
function inside(): void {}
/**
 * Yields.
 */
export function* yielding() {}
`;

Deno.test("checkDocstrings reports exported functions without a docstring above them", () => {
  assertEquals(
    checkDocstrings({ path: "src/app/a.ts", text: TEXT }).map(({ line, message }) =>
      `${line}: ${message.split(" ")[0]}`
    ),
    ["3: bare", "8: noted"],
  );
  assertEquals(checkDocstrings({ path: "scripts/a.ts", text: TEXT }), []);
});
