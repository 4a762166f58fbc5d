import { assert, assertEquals } from "@std/assert";
import { deadUrl, StaticServer } from "./support/server.ts";
import { Sandbox, sha256 } from "./support/sandbox.ts";

interface HistoryRow {
  readonly version: string;
  readonly digest: string;
  readonly at: string;
  readonly current: boolean;
  readonly pinned: boolean;
  readonly cached: boolean;
}

/** Publishes `version` as stable; the app prints it. Returns the release's digest. */
async function publish(sandbox: Sandbox, version: string): Promise<string> {
  const files = { "hello.py": `print("hello ${version}")\n` };
  const { text } = await sandbox.publish("hello", files, {
    version,
    entrypoint: { module: "hello" },
  });
  const digest = await sha256(text);
  await Deno.writeTextFile(`${sandbox.registry}/blobs/sha256/${digest}`, text);
  return digest;
}

/** A cache in which these versions have started one after the other. */
async function started(...versions: string[]): Promise<{ sandbox: Sandbox; digests: string[] }> {
  const sandbox = await Sandbox.create();
  const digests: string[] = [];
  for (const version of versions) {
    digests.push(await publish(sandbox, version));
    assertEquals((await sandbox.edgeboot(["run", "hello"])).stdout, `hello ${version}\n`);
  }
  return { sandbox, digests };
}

async function history(sandbox: Sandbox): Promise<HistoryRow[]> {
  const { code, stdout, stderr } = await sandbox.edgeboot(["history", "--json", "hello"]);
  assertEquals(code, 0, stderr);
  return JSON.parse(stdout).releases;
}

async function says(sandbox: Sandbox, args: readonly string[] = []): Promise<string> {
  const { stdout, stderr } = await sandbox.edgeboot(["run", ...args, "hello"]);
  return stdout + stderr;
}

async function removeTreesOf(sandbox: Sandbox, digest: string): Promise<void> {
  const release = `${sandbox.cache}/v1/releases/sha256/${digest}.json`;
  const { layers } = JSON.parse(await Deno.readTextFile(release));
  const tree = `${sandbox.cache}/v1/trees/sha256/${layers[0].sha256}`;
  if (Deno.uid() !== 0) await Deno.chmod(tree, 0o755);
  await Deno.remove(tree, { recursive: true });
}

Deno.test("edgeboot history lists what a channel stood for, newest first", async () => {
  const { sandbox, digests } = await started("1", "2", "3");
  await using _ = sandbox;
  await sandbox.edgeboot(["run", "hello"]);
  const rows = await history(sandbox);
  assertEquals(rows.map(({ version }) => version), ["3", "2", "1"]);
  assertEquals(
    rows.map(({ digest }) => digest),
    digests.toReversed().map((hex) => `sha256:${hex}`),
  );
  assertEquals(rows.map(({ current }) => current), [true, false, false]);
  assert(rows.every(({ cached, at }) => cached && Date.now() - Date.parse(at) < 600_000));
  const { stdout } = await sandbox.edgeboot(["history", "hello"]);
  assertEquals(stdout.split("\n").length, 4);
  assert(stdout.includes(`sha256:${digests[2]}  current, cached`), stdout);
});

Deno.test("edgeboot history keeps 20 releases when more have started", async () => {
  await using sandbox = await Sandbox.create();
  for (let version = 1; version <= 23; version++) {
    await publish(sandbox, String(version));
    await sandbox.edgeboot(["fetch", "hello"]);
  }
  const rows = await history(sandbox);
  assertEquals(rows.length, 20);
  assertEquals([rows[0]!.version, rows.at(-1)!.version], ["23", "4"]);
});

Deno.test("edgeboot rollback starts the release before, without the registry", async () => {
  const { sandbox, digests } = await started("1", "2", "3");
  await using _ = sandbox;
  await Deno.rename(sandbox.registry, `${sandbox.registry}.gone`);
  const { code, stdout, stderr } = await sandbox.edgeboot(["rollback", "--json", "hello"]);
  assertEquals(code, 0, stderr);
  const pinned = JSON.parse(stdout);
  assertEquals([pinned.from.version, pinned.to.version, pinned.cached], ["3", "2", true]);
  assertEquals(await says(sandbox), "hello 2\n");
  assertEquals((await sandbox.edgeboot(["rollback", "hello"])).code, 0);
  assertEquals(await says(sandbox), "hello 1\n");
  const end = await sandbox.edgeboot(["rollback", "hello"]);
  assertEquals(end.code, 69);
  assert(end.stderr.includes("no release before it has started here"), end.stderr);
  const rows = await history(sandbox);
  assertEquals(rows.map((row) => row.pinned), [false, false, true]);
  assertEquals(rows[0]!.digest, `sha256:${digests[2]}`);
});

Deno.test("edgeboot run contacts nothing while it is pinned, and says so only when asked", async () => {
  const { sandbox } = await started("1", "2");
  await using _ = sandbox;
  await using server = new StaticServer(sandbox.registry);
  const registry = server.url;
  assertEquals((await sandbox.edgeboot(["run", "hello"], { registry })).stdout, "hello 2\n");
  await publish(sandbox, "3");
  assertEquals((await sandbox.edgeboot(["pin", "hello"], { registry })).code, 0);
  const inspected = await sandbox.edgeboot(["inspect", "--json", "hello"], { registry });
  assertEquals(JSON.parse(inspected.stdout).pinned, true);
  const text = (await sandbox.edgeboot(["inspect", "hello"], { registry })).stdout;
  assert(/^pinned +to this release, whatever the registry says/m.test(text), text);
  server.forget();
  const quiet = await sandbox.edgeboot(["run", "hello"], { registry });
  assertEquals([quiet.stdout, quiet.stderr], ["hello 2\n", ""]);
  const loud = await sandbox.edgeboot(["run", "-v", "hello"], { registry });
  assert(loud.stderr.includes("hello@stable is pinned to 2"), loud.stderr);
  assertEquals(server.paths, []);
  assertEquals((await sandbox.edgeboot(["pin", "--remove", "hello"], { registry })).code, 0);
  assert(!(await sandbox.edgeboot(["inspect", "hello"])).stdout.includes("pinned"));
  assertEquals((await sandbox.edgeboot(["run", "hello"], { registry })).stdout, "hello 3\n");
});

Deno.test("edgeboot rollback passes over releases that are not all cached, and says so", async () => {
  const { sandbox, digests } = await started("1", "2", "3");
  await using _ = sandbox;
  await removeTreesOf(sandbox, digests[1]!);
  const { code, stderr } = await sandbox.edgeboot(["rollback", "hello"]);
  assertEquals(code, 0);
  assert(stderr.includes("passed over 2"), stderr);
  assertEquals(await says(sandbox), "hello 1\n");
  assertEquals((await sandbox.edgeboot(["pin", "--remove", "hello"])).code, 0);
  await removeTreesOf(sandbox, digests[0]!);
  const refused = await sandbox.edgeboot(["rollback", "hello"]);
  assertEquals(refused.code, 69);
  assert(refused.stderr.includes(`edgeboot fetch hello@sha256:${digests[1]}`), refused.stderr);
  assertEquals((await sandbox.edgeboot(["fetch", `hello@sha256:${digests[1]}`])).code, 0);
  assertEquals((await sandbox.edgeboot(["rollback", "hello"])).code, 0);
  assertEquals(await says(sandbox), "hello 2\n");
});

Deno.test("edgeboot pin takes a digest, a version or nothing, and refuses what it does not know", async () => {
  const { sandbox, digests } = await started("1", "2");
  await using _ = sandbox;
  assertEquals((await sandbox.edgeboot(["pin", "hello", `sha256:${digests[0]}`])).code, 0);
  assertEquals(await says(sandbox), "hello 1\n");
  assertEquals((await sandbox.edgeboot(["pin", "hello", "2"])).code, 0);
  assertEquals(await says(sandbox), "hello 2\n");
  assertEquals((await sandbox.edgeboot(["pin", "hello", "9"])).code, 69);
  assertEquals((await sandbox.edgeboot(["pin", `hello@sha256:${digests[0]}`])).code, 64);
  assertEquals((await sandbox.edgeboot(["pin"])).code, 64);
  assertEquals((await sandbox.edgeboot(["pin", "--remove", "hello", "2"])).code, 64);
  assertEquals((await sandbox.edgeboot(["pin", "other"])).code, 69);
  assertEquals((await sandbox.edgeboot(["history", "other"])).code, 69);
  assertEquals(await says(sandbox), "hello 2\n");
});

Deno.test("edgeboot pin fetches at the next start what is not cached", async () => {
  const { sandbox, digests } = await started("1", "2");
  await using _ = sandbox;
  await removeTreesOf(sandbox, digests[0]!);
  const { stderr } = await sandbox.edgeboot(["pin", "hello", "1"]);
  assert(stderr.includes("the next start fetches it"), stderr);
  const { stdout } = await sandbox.edgeboot(["run", "hello"]);
  assertEquals(stdout, "hello 1\n");
});

Deno.test("edgeboot pin is 73 when the record cannot be written", async () => {
  const { sandbox } = await started("1", "2");
  await using _ = sandbox;
  await Deno.remove(`${sandbox.cache}/v1/work`, { recursive: true });
  await Deno.writeTextFile(`${sandbox.cache}/v1/work`, "");
  assertEquals((await sandbox.edgeboot(["rollback", "hello"])).code, 73);
  assertEquals(await says(sandbox), "hello 2\n");
});

Deno.test("a pin stays when a cache of before has no history and the registry is dead", async () => {
  const { sandbox, digests } = await started("1");
  await using _ = sandbox;
  const registry = deadUrl();
  assertEquals((await sandbox.edgeboot(["pin", "hello", "1"], { registry })).code, 0);
  const { stdout, stderr } = await sandbox.edgeboot(["run", "hello"], { registry });
  assertEquals([stdout, stderr], ["hello 1\n", ""]);
  const rows = await sandbox.edgeboot(["history", "--json", "hello"], { registry });
  assertEquals(JSON.parse(rows.stdout).releases[0].digest, `sha256:${digests[0]}`);
});
