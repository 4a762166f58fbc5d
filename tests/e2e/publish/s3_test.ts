import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { noise } from "../../support/bundles.ts";
import { assertSound, treeOf } from "../../support/published.ts";
import { NO_RCLONE, Rclone, SECRET_KEY } from "../../support/rclone.ts";
import { e2e } from "../support/e2e.ts";
import { Sandbox } from "../support/sandbox.ts";

/** A bucket that wants signatures; what is in it is a directory, too. */
function test(behaviour: string, act: (bucket: Bucket) => Promise<void>): void {
  e2e(`a bucket ${behaviour}`, NO_RCLONE, async () => {
    await using sandbox = await Sandbox.create();
    const directory = sandbox.path("buckets");
    await Deno.mkdir(`${directory}/apps`, { recursive: true });
    await using server = await Rclone.start(directory);
    const env = server.environment();
    const registry = "s3://apps/some/prefix";
    const call = async (args: readonly string[], variables = env) => {
      const ended = await sandbox.edgeboot(args, { registry, env: variables });
      assert(!`${ended.stdout}${ended.stderr}`.includes(SECRET_KEY));
      return ended;
    };
    const publish = async (version: string, more: Record<string, string> = {}) => {
      const files = { "hello.py": `print("hello ${version}")\n`, ...more };
      await sandbox.publish("hello", files, { version, entrypoint: { module: "hello" } });
      const args = ["publish", sandbox.registry, "--to", registry, "--channel", "stable"];
      const { code, stdout, stderr } = await call(args);
      assertEquals(code, 0, stderr);
      return stdout.trim();
    };
    await act({ tree: () => treeOf(`${directory}/apps/some/prefix`), server, call, publish });
  });
}

interface Bucket {
  readonly server: Rclone;
  tree(): ReturnType<typeof treeOf>;
  call(args: readonly string[], env?: Record<string, string>): ReturnType<Sandbox["edgeboot"]>;
  publish(version: string, files?: Record<string, string>): Promise<string>;
}

test("takes releases, and they run from it", async ({ tree, call, publish }) => {
  // A version with a plus, which signatures write otherwise than addresses do; a layer of three parts.
  for (const [version, size] of [["1", 10], ["2.0+local.1", 20_000_000]] as const) {
    const name = await publish(version, { "noise.txt": noise(size, 3) });
    for (const what of ["hello", `hello@${version}`, name]) {
      const { stdout, stderr } = await call(["run", what]);
      assertEquals(stdout, `hello ${version}\n`, stderr);
    }
  }
  assertEquals(assertSound(tree()).get("stable"), "2.0+local.1");
  const listed = await call(["releases", "hello"]);
  assertMatch(listed.stdout, /2\.0\+local\.1 .* stable\n.* 1 /);
});

test("is promoted and collected like any registry", async ({ tree, call, publish }) => {
  for (const version of ["1", "2", "3"]) await publish(version);
  const promote = ["promote", "hello@2", "--channel", "stable", "--to", "s3://apps/some/prefix"];
  assertEquals((await call([...promote, "--expect", "1"])).code, 65);
  assertEquals((await call([...promote, "--expect", "3"])).code, 0);
  assertEquals((await call(["run", "hello"])).stdout, "hello 2\n");
  const gc = ["registry", "gc", "--keep", "1", "--to", "s3://apps/some/prefix"];
  assertMatch((await call(gc)).stdout, /^removed 0 versions, 0 blobs/);
  const collected = await call([...gc, "--min-age", "0s"]);
  assertMatch(collected.stdout, /^removed hello@1\nremoved 1 versions, 2 blobs/, collected.stderr);
  assertEquals(assertSound(tree()), new Map([["2", "2"], ["3", "3"], ["stable", "2"]]));
});

test("refuses a wrong key, and what runs goes on", async ({ call, publish, server }) => {
  await publish("1");
  assertEquals((await call(["run", "hello"])).stdout, "hello 1\n");
  const wrong = server.environment("another/secret");
  const denied = await call(["fetch", "hello@1"], wrong);
  assertEquals(denied.code, 77, denied.stderr);
  assertStringIncludes(denied.stderr, "s3:ListBucket");
  const publishing = ["promote", "hello@1", "--channel", "x", "--to", "s3://apps/some/prefix"];
  assertEquals((await call(publishing, wrong)).code, 77);
  const ran = await call(["run", "hello"], wrong);
  assertEquals(ran.stdout, "hello 1\n");
  assertStringIncludes(ran.stderr, "staying with 1");
  assertEquals((await call(["run", "hello@9"])).code, 78);
});
