import { assertEquals } from "@std/assert";
import { COMMANDS } from "../../src/cli/commands.ts";

Deno.test("every command that works on a cache takes --trusted-uids, which its refusal names", () => {
  const named = COMMANDS.map(({ name, flags }) => ({ name, of: flags.map(({ name }) => name) }));
  const lacking = named.filter(({ of }) => of.includes("cache") && !of.includes("trusted-uids"));
  assertEquals(lacking.map(({ name }) => name), []);
});
