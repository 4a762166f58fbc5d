import { assertEquals } from "@std/assert";
import { EdgebootError, EXIT_CODES } from "../../src/model/errors.ts";

Deno.test("EXIT_CODES uses the codes of the contract and no others", () => {
  const contract = [64, 65, 69, 70, 73, 74, 75, 77, 78, 126, 127];
  assertEquals([...new Set(Object.values(EXIT_CODES))].sort((a, b) => a - b), contract);
});

Deno.test("EdgebootError derives its exit code and message from code and text", () => {
  const text = { what: "cannot do it", why: "it is late", next: "sleep" };
  const cause = new Error("clock");
  const error = new EdgebootError("DISK_FULL", text, { cause, facts: { path: "/x" } });
  assertEquals([error.exitCode, error.message, error.cause], [
    74,
    "cannot do it: it is late",
    cause,
  ]);
  assertEquals("cause" in new EdgebootError("IO", text), false);
});

Deno.test("EdgebootError.withFacts adds facts without replacing those of the inner step", () => {
  const text = { what: "a", why: "b", next: "c" };
  const error = new EdgebootError("IO", text, { facts: { path: "/inner" } });
  const outer = error.withFacts({ path: "/outer", app: "hello" });
  assertEquals(outer.facts, { path: "/inner", app: "hello" });
  assertEquals(outer.code, "IO");
});
