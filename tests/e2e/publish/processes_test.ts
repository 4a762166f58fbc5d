import { assert, assertEquals } from "@std/assert";
import { parseIndex } from "../../../src/model/release_index.ts";
import { noise } from "../../support/bundles.ts";
import { assertSound, treeOf } from "../../support/published.ts";
import { PutServer } from "../../support/put_server.ts";
import { BINARY } from "../support/binary.ts";
import { Sandbox } from "../support/sandbox.ts";

/** A registry of one release each, with a layer of its own and one that all share. */
async function sourceOf(sandbox: Sandbox, version: string, bytes: number): Promise<string> {
  const files = { "hello.py": `print("hello ${version}")\n`, "noise.txt": noise(bytes, 1) };
  await sandbox.publish("hello", files, { version, entrypoint: { module: "hello" } });
  const source = sandbox.path("sources", version);
  await Deno.mkdir(sandbox.path("sources"), { recursive: true });
  await Deno.rename(sandbox.registry, source);
  await Deno.mkdir(sandbox.registry);
  return source;
}

const publishing = (source: string, to: string) => [
  ...["publish", source, "--to", to, "--channel", "stable"],
];

for (const kind of ["a directory", "a server"]) {
  Deno.test(`eight processes that publish to ${kind} at once lose nothing`, async () => {
    await using sandbox = await Sandbox.create();
    await using server = new PutServer({ conditional: true });
    const to = kind === "a server" ? server.url : sandbox.path("to");
    const versions = Array.from({ length: 8 }, (_, index) => `1.${index}`);
    const sources: string[] = [];
    for (const version of versions) sources.push(await sourceOf(sandbox, version, 1000));
    const ended = await Promise.all(
      sources.map((source) => sandbox.edgeboot(publishing(source, to))),
    );
    assertEquals(ended.map(({ code }) => code), versions.map(() => 0), ended[0]!.stderr);
    const tree = kind === "a server"
      ? new Map([...server.files].map(([path, bytes]) => [path.slice(1), bytes]))
      : treeOf(to);
    const stands = assertSound(tree).get("stable");
    assert(versions.includes(stands!));
    const index = parseIndex(new TextDecoder().decode(tree.get("apps/hello/index.json")), "index");
    assertEquals(index.versions.map(({ version }) => version).sort(), versions);
    assertEquals(index.channels[0]?.sequence, versions.length);
  });
}

Deno.test("a publisher that is killed at any time leaves a sound registry", async () => {
  await using sandbox = await Sandbox.create();
  const to = sandbox.path("to");
  const first = await sourceOf(sandbox, "1", 1000);
  await sandbox.edgeboot(publishing(first, to));
  const second = await sourceOf(sandbox, "2", 20_000_000);
  // From before it has read its settings to after its last write.
  for (let delay = 20; delay < 400; delay += 20) {
    const child = new Deno.Command(BINARY, {
      args: publishing(second, to),
      ...{ env: sandbox.environment(), clearEnv: true, stdout: "null", stderr: "null" },
    }).spawn();
    await new Promise((resolve) => setTimeout(resolve, delay));
    try {
      child.kill("SIGKILL");
    } catch {
      // It was done already.
    }
    await child.status;
    assert(["1", "2"].includes(assertSound(treeOf(to)).get("stable")!));
  }
  const { code, stderr } = await sandbox.edgeboot(publishing(second, to));
  assertEquals(code, 0, stderr);
  assertEquals(assertSound(treeOf(to)).get("stable"), "2");
  const gc = ["registry", "gc", "--keep", "9", "--min-age", "0s", "--to", to];
  assertEquals((await sandbox.edgeboot(gc)).code, 0);
  const left = [...Deno.readDirSync(`${to}/blobs/sha256`)].map(({ name }) => name);
  assertEquals(left.filter((name) => name.startsWith(".upload-")), []);
});
