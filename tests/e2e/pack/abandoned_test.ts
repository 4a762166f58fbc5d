import { assertEquals } from "@std/assert";
import { Sandbox } from "../support/sandbox.ts";

const HOUR_MS = 60 * 60_000;

Deno.test("edgeboot pack removes what packs have left that were killed a day ago", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.write("app", { "hello.py": "print('hi')\n" });
  for (const [name, hours] of [[".work-old", 25], [".work-at-work", 23], ["kept", 25]] as const) {
    await sandbox.write(`registry/${name}`, { layer: "" });
    const then = new Date(Date.now() - hours * HOUR_MS);
    await Deno.utime(sandbox.path("registry", name), then, then);
  }
  const pack = ["pack", "--app", "hello", "--version", "1", "--source", "app", "--entry", "hello"];
  const { code, stderr } = await sandbox.edgeboot([...pack, "-o", "registry"]);
  assertEquals(code, 0, stderr);
  const names = [...Deno.readDirSync(sandbox.registry)].map(({ name }) => name).sort();
  assertEquals(names, [".work-at-work", "apps", "blobs", "kept"]);
});
