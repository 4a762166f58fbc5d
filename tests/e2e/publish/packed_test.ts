import { assertEquals, assertMatch } from "@std/assert";
import { assertSound, treeOf } from "../../support/published.ts";
import type { Ended } from "../support/command.ts";
import { Sandbox } from "../support/sandbox.ts";
import { StaticServer } from "../support/server.ts";

function assertDone({ code, stdout, stderr }: Ended): string {
  assertEquals(code, 0, stderr);
  return stdout;
}

Deno.test("what was packed is published, runs over HTTP, and a changed line costs its layer", async () => {
  await using sandbox = await Sandbox.create();
  const to = sandbox.path("to");
  await using server = new StaticServer(to);
  const runs = async () =>
    assertDone(await sandbox.edgeboot(["run", "shop"], { registry: server.url }));
  for (const version of ["1", "2"]) {
    await sandbox.write("code", {
      "shop/__init__.py": "",
      "shop/main.py": `def main():\n    print("shop ${version}")\n`,
    });
    const pack = ["pack", "--app", "shop", "--version", version, "--source", sandbox.path("code")];
    const entry = ["--entry", "shop.main:main", "-o", sandbox.path("dist")];
    assertDone(await sandbox.edgeboot([...pack, ...entry]));
    const publish = ["publish", sandbox.path("dist"), "--to", to, "--channel", "stable"];
    assertDone(await sandbox.edgeboot(publish));
    server.forget();
    assertEquals(await runs(), `shop ${version}\n`);
    assertEquals(new Set(server.paths).size, 3, server.paths.join(" "));
  }
  assertSound(treeOf(to), "shop");
  const diff = await sandbox.edgeboot(["diff", "shop@1", "@2"], { registry: to });
  assertMatch(assertDone(diff), /\n {4}~ shop\/main\.py, \d+ B → \d+ B\n$/);
  const inspect = assertDone(await sandbox.edgeboot(["inspect", "shop"], { registry: to }));
  assertMatch(inspect, /^version {4}2$/m);
});
