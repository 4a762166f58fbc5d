import { assertEquals, assertStringIncludes } from "@std/assert";
import { unknownName } from "../../src/cli/suggest.ts";
import { nearest } from "../../src/model/nearest.ts";

const TABLE: [name: string, found: string | undefined][] = [
  ["fecth", "fetch"],
  ["fetc", "fetch"],
  ["inspct", "inspect"],
  ["run", "run"],
  ["rum", "run"],
  ["rnu", "run"],
  ["zzz", undefined],
  ["", undefined],
];

for (const [name, found] of TABLE) {
  Deno.test(`nearest gives ${found} when the name is ${JSON.stringify(name)}`, async () => {
    assertEquals(await nearest(name, ["run", "fetch", "inspect", "cache"]), found);
  });
}

Deno.test("nearest gives undefined when there is nothing to choose from", async () => {
  assertEquals(await nearest("x", []), undefined);
});

Deno.test("unknownName suggests the nearest name, or lists all", async () => {
  const near = await unknownName("option", "--regstry", ["--registry", "--cache"], "run");
  assertEquals([near.code, near.exitCode], ["USAGE", 64]);
  assertEquals(near.text.why, "did you mean --registry?");
  assertStringIncludes(near.text.next, "edgeboot help run");
  const far = await unknownName("command", "xyzzy", ["run", "fetch"], "");
  assertEquals(far.text.why, "there are run, fetch");
});
