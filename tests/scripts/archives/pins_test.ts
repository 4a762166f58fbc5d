import { assertEquals, assertThrows } from "@std/assert";
import { KINDS, parsePins } from "../../../scripts/archives/ecosystems/pins.ts";

Deno.test("parsePins reads a pin a line and passes over comments", () => {
  assertEquals(parsePins("# what\n\nnpm uuid 14.0.3\njar junit:junit 4.13.2\n"), [
    { kind: "npm", name: "uuid", version: "14.0.3" },
    { kind: "jar", name: "junit:junit", version: "4.13.2" },
  ]);
});

for (const line of ["gem rails 7", "npm uuid", "npm uuid 1 2", "npm  1"]) {
  Deno.test(`parsePins refuses "${line}"`, () => {
    assertThrows(() => parsePins(line), Error, line);
  });
}

Deno.test("parsePins finds every kind in the list, and nothing twice", async () => {
  const list = new URL("../../../scripts/archives/ecosystems.txt", import.meta.url);
  const pins = parsePins(await Deno.readTextFile(list));
  const counts = KINDS.map((kind) => pins.filter((pin) => pin.kind === kind).length);
  assertEquals(counts, [40, 30, 25, 25]);
  assertEquals(new Set(pins.map(({ kind, name }) => `${kind} ${name}`)).size, pins.length);
});
