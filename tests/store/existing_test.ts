import { assertEquals } from "@std/assert";
import { nearestExisting } from "../../src/store/existing.ts";

const there = new Set(["/", "/var", "/var/cache"]);
const fs = { stat: (path: string) => there.has(path) ? ({} as never) : undefined };

const TABLE = [
  ["/var/cache", "/var/cache"],
  ["/var/cache/edgeboot/v1", "/var/cache"],
  ["/srv/x", "/"],
  ["/", "/"],
] as const;

for (const [path, expected] of TABLE) {
  Deno.test(`nearestExisting is ${expected} when asked for ${path}`, () => {
    assertEquals(nearestExisting(path, fs), expected);
  });
}
