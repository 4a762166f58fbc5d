import { assertEquals } from "@std/assert";
import { checkDocstrings, undocumented } from "../../../scripts/check_imports/docstrings.ts";

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

Deno.test("undocumented names exported functions without a docstring above them", () => {
  assertEquals(
    undocumented({ path: "src/app/a.ts", text: TEXT }).map(({ name, line }) => `${name}:${line}`),
    ["bare:3", "noted:8"],
  );
  assertEquals(undocumented({ path: "scripts/a.ts", text: TEXT }), []);
});

Deno.test("checkDocstrings reports them when a room has more than it may", () => {
  const file = { path: "src/nowhere/a.ts", text: TEXT };
  assertEquals(
    checkDocstrings([file]).map(({ rule, line }) => `${rule}:${line}`),
    ["docstring:3", "docstring:8"],
  );
});
