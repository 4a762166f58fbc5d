import { assertEquals } from "@std/assert";
import { exists } from "./support/kept.ts";
import { Sandbox } from "./support/sandbox.ts";
import { StaticServer } from "./support/server.ts";

const FILES = Object.fromEntries([
  ...Array.from({ length: 200 }, (_, n) => [`data/f${n}.txt`, `${n}`.repeat(1000)]),
  ["web.py", "import os\nprint(len(os.listdir(os.path.dirname(__file__) + '/data')))\n"],
]);

Deno.test("edgeboot run succeeds twenty times when twenty cold starts of one app meet", async () => {
  await using sandbox = await Sandbox.create();
  const first = await sandbox.blob(await sandbox.archive(FILES, "tar.zst"));
  const second = await sandbox.blob(await sandbox.archive({ "dep.py": "" }, "zip"));
  await sandbox.release("web", "stable", {
    ...{ schema: "edgeboot.release/v1", app: "web", version: "1" },
    ...{ layers: [first, second], entrypoint: { module: "web" } },
  });
  await using server = new StaticServer(sandbox.registry);
  const start = () => sandbox.edgeboot(["run", "web"], { registry: server.url });
  const starts = await Promise.all(Array.from({ length: 20 }, start));
  for (const { code, stdout, stderr } of starts) {
    assertEquals([code, stdout, stderr.includes("error")], [0, "200\n", false], stderr);
  }
  assertEquals([...Deno.readDirSync(`${sandbox.cache}/v1/work`)], [], "nothing is left behind");
  const trees = [...Deno.readDirSync(`${sandbox.cache}/v1/trees/sha256`)].map(({ name }) => name);
  assertEquals(trees.sort(), [first.sha256, second.sha256].sort());
  assertEquals(exists(`${sandbox.cache}/CACHEDIR.TAG`), true);
});
