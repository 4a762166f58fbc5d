import { assert, assertEquals, assertMatch } from "@std/assert";
import { Sandbox } from "../support/sandbox.ts";

/** What `--json` goes with, in an order in which each has something to say. */
const COMMANDS = [
  ["explain", "--json", "web"],
  ["fetch", "--json", "web"],
  ["explain", "--json", "web"],
  ["inspect", "--json", "web"],
  ["doctor", "--json", "web"],
  ["verify", "--json", "--all"],
  ["history", "--json", "web"],
  ["pin", "--json", "web"],
  ["cache", "list", "--json"],
  ["cache", "gc", "--dry-run", "--json"],
  ["version", "--json"],
];

Deno.test("every --json has names in snake_case, digests with their algorithm and times as RFC 3339", async () => {
  await using sandbox = await Sandbox.create();
  const { sha256 } = await sandbox.publish("web", { "web.py": "" }, {
    entrypoint: { module: "web" },
  });
  for (const args of COMMANDS) {
    const { code, stdout, stderr } = await sandbox.edgeboot(args);
    assertEquals(code, 0, stderr);
    inspect(JSON.parse(stdout), args.join(" "));
  }
  const listed = await sandbox.edgeboot(["cache", "list", "--json"]);
  const [tree] = JSON.parse(listed.stdout);
  assertEquals(tree.digest, `sha256:${sha256}`);
  assertMatch(tree.unpacked_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

function inspect(value: unknown, where: string): void {
  if (typeof value === "string") assert(!/^[0-9a-f]{64}$/.test(value), `${where}: ${value}`);
  if (typeof value !== "object" || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    // Its names are the app's variables.
    if (where.endsWith(".environment") && key === "set") continue;
    if (!Array.isArray(value)) assertMatch(key, /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, where);
    if (typeof each === "number") assert(!/(^|_)at$/.test(key), `${where}.${key}: ${each}`);
    inspect(each, `${where}.${key}`);
  }
}
