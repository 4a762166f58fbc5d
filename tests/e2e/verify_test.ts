import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { e2e, needsRoot } from "./support/e2e.ts";
import { Sandbox } from "./support/sandbox.ts";
import type { Checked } from "../../src/app/cache/verify.ts";

const FILES = {
  "hello.py": "print('hello')\n",
  "lazy.py": "import sys, time\nprint('up', flush=True)\nsys.stdin.read()\nimport late\n",
  "late.py": "print('late')\n",
  "pkg/__init__.py": "",
  "pkg/data.bin": "x".repeat(300_000),
  "pkg/deep/er/more.txt": "more\n",
};

/** An app in the cache, and the path of its only tree. */
async function fetched(): Promise<{ sandbox: Sandbox; tree: string; sha256: string }> {
  const sandbox = await Sandbox.create();
  const source = await sandbox.write("files/src", FILES);
  await Deno.symlink("pkg", `${source}/link`);
  const tar = sandbox.path("files/app.tar");
  const packed = await new Deno.Command("tar", { args: ["-C", source, "-cf", tar, "."] }).output();
  assert(packed.success);
  const { sha256 } = await sandbox.blob(tar);
  await sandbox.release("app", "stable", {
    schema: "edgeboot.release/v1",
    ...{ app: "app", version: "1", layers: [{ sha256 }], entrypoint: { module: "hello" } },
  });
  const { code, stderr } = await sandbox.edgeboot(["fetch", "app"]);
  assertEquals(code, 0, stderr);
  return { sandbox, tree: `${sandbox.cache}/v1/trees/sha256/${sha256}`, sha256 };
}

/** Undoes the protection of a directory for one change, as a careless administrator or bad disk would. */
function inside(directory: string, change: () => void): void {
  const { mode } = Deno.statSync(directory);
  Deno.chmodSync(directory, 0o755);
  change();
  Deno.chmodSync(directory, mode! & 0o7777);
}

function flipBit(path: string, offset: number): void {
  const { mode, mtime, atime } = Deno.statSync(path);
  Deno.chmodSync(path, 0o644);
  const bytes = Deno.readFileSync(path);
  bytes[offset]! ^= 0x10;
  Deno.writeFileSync(path, bytes);
  Deno.chmodSync(path, mode! & 0o7777);
  Deno.utimeSync(path, atime!, mtime!);
}

const DAMAGES: readonly (readonly [string, (tree: string) => void, string[]])[] = [
  ["a bit is flipped in a small file", (t) => flipBit(`${t}/hello.py`, 3), ["content hello.py"]],
  ["the last bit of a large file is flipped", (t) => flipBit(`${t}/pkg/data.bin`, 299_999), [
    "content pkg/data.bin",
  ]],
  ["a file is cut", (t) => Deno.truncateSync(`${t}/pkg/data.bin`, 299_999), [
    "content pkg/data.bin",
  ]],
  ["a file is emptied", (t) => Deno.truncateSync(`${t}/late.py`, 0), ["content late.py"]],
  ["an empty file gets contents", (t) => Deno.writeTextFileSync(`${t}/pkg/__init__.py`, "x"), [
    "content pkg/__init__.py",
  ]],
  [
    "a file is added at the top",
    (t) => inside(t, () => Deno.writeTextFileSync(`${t}/new.py`, "")),
    [
      "extra new.py",
    ],
  ],
  ["a file is added far below", (t) => {
    inside(`${t}/pkg/deep/er`, () => Deno.writeTextFileSync(`${t}/pkg/deep/er/.hidden`, ""));
  }, ["extra pkg/deep/er/.hidden"]],
  ["a directory is added", (t) => inside(t, () => Deno.mkdirSync(`${t}/__pycache__`)), [
    "extra __pycache__",
  ]],
  ["a link is added", (t) => inside(t, () => Deno.symlinkSync("hello.py", `${t}/alias`)), [
    "extra alias",
  ]],
  ["a file is removed", (t) => inside(t, () => Deno.removeSync(`${t}/late.py`)), [
    "missing late.py",
  ]],
  ["a directory is removed", (t) => {
    inside(`${t}/pkg/deep/er`, () => Deno.removeSync(`${t}/pkg/deep/er/more.txt`));
    inside(`${t}/pkg/deep`, () => Deno.removeSync(`${t}/pkg/deep/er`));
  }, ["missing pkg/deep/er", "missing pkg/deep/er/more.txt"]],
  ["a file is made writable", (t) => Deno.chmodSync(`${t}/hello.py`, 0o644), ["mode hello.py"]],
  ["a file is made executable", (t) => Deno.chmodSync(`${t}/hello.py`, 0o555), ["mode hello.py"]],
  ["a file is made setuid", (t) => Deno.chmodSync(`${t}/hello.py`, 0o4444), ["mode hello.py"]],
  ["a directory is made writable", (t) => Deno.chmodSync(`${t}/pkg`, 0o755), ["mode pkg"]],
  ["the tree's top is opened to all", (t) => Deno.chmodSync(t, 0o777), ["mode ."]],
  ["a link is pointed elsewhere", (t) => {
    inside(t, () => {
      Deno.removeSync(`${t}/link`);
      Deno.symlinkSync("/etc", `${t}/link`);
    });
  }, ["link link"]],
  ["a link is replaced by a directory", (t) => {
    inside(t, () => {
      Deno.removeSync(`${t}/link`);
      Deno.mkdirSync(`${t}/link`);
    });
  }, ["type link"]],
  ["a file is replaced by a link to its equal", (t) => {
    inside(t, () => {
      Deno.renameSync(`${t}/hello.py`, `${t}/other`);
      Deno.symlinkSync("other", `${t}/hello.py`);
    });
  }, ["type hello.py", "extra other"]],
  ["a file is renamed", (t) => inside(t, () => Deno.renameSync(`${t}/late.py`, `${t}/Late.py`)), [
    "extra Late.py",
    "missing late.py",
  ]],
  ["two files change places", (t) => {
    inside(t, () => {
      Deno.renameSync(`${t}/late.py`, `${t}/tmp`);
      Deno.renameSync(`${t}/hello.py`, `${t}/late.py`);
      Deno.renameSync(`${t}/tmp`, `${t}/hello.py`);
    });
  }, ["content hello.py", "content late.py"]],
  ["a FIFO takes a file's place", (t) => {
    inside(t, () => {
      Deno.removeSync(`${t}/late.py`);
      new Deno.Command("mkfifo", { args: [`${t}/late.py`] }).outputSync();
    });
  }, ["type late.py"]],
];

const isAdded = (damages: readonly string[]) => damages.every((each) => each.startsWith("extra "));

for (const [name, damage, expected] of DAMAGES.filter(([, , damages]) => isAdded(damages))) {
  Deno.test(`edgeboot verify names it and keeps it until --force says so when ${name}`, async () => {
    const { sandbox, tree } = await fetched();
    await using _ = sandbox;
    damage(tree);
    const { code, stdout, stderr } = await sandbox.edgeboot(["verify", "--all"]);
    assertEquals(code, 65, stderr);
    for (const each of expected) assert(stdout.includes(each), stdout);
    assert(stdout.includes("state belongs"), stdout);
    assert(Deno.lstatSync(`${tree}/${expected[0]!.slice("extra ".length)}`));
    assertEquals((await sandbox.edgeboot(["run", "app"])).stdout, "hello\n");
    await sandbox.edgeboot(["verify", "--force"]);
    assertEquals((await sandbox.edgeboot(["run", "app"])).stdout, "hello\n");
    assertEquals((await sandbox.edgeboot(["verify", "--all"])).code, 0);
  });
}

for (const [name, damage, expected] of DAMAGES.filter(([, , damages]) => !isAdded(damages))) {
  Deno.test(`edgeboot verify finds it and the next start repairs it when ${name}`, async () => {
    const { sandbox, tree, sha256 } = await fetched();
    await using _ = sandbox;
    damage(tree);
    const { code, stdout, stderr } = await sandbox.edgeboot(["verify", "--json", "app"]);
    assertEquals(code, 65, stderr);
    const found = (JSON.parse(stdout).checked as Checked[]).find(({ kind }) => kind === "tree")!;
    assertEquals(found.state, "damaged");
    assertEquals(
      found.damage.map(({ what, path }) => `${what} ${path}`).sort(),
      expected.toSorted(),
    );
    const moved = found.quarantine !== undefined && "moved" in found.quarantine
      ? found.quarantine.moved
      : "";
    assert(moved.startsWith(`${sandbox.cache}/v1/quarantine/${sha256}-`));
    assert(Deno.statSync(moved).isDirectory, "it is kept, to be looked at");
    assert(stderr.includes("quarantine"));
    const again = await sandbox.edgeboot(["run", "app"]);
    assertEquals([again.code, again.stdout], [0, "hello\n"], again.stderr);
    assertEquals((await sandbox.edgeboot(["verify", "--all"])).code, 0);
  });
}

Deno.test("edgeboot verify finds every one of 60 random bit flips", async () => {
  const { sandbox, tree } = await fetched();
  await using _ = sandbox;
  const paths = ["hello.py", "lazy.py", "late.py", "pkg/data.bin", "pkg/deep/er/more.txt"];
  for (let round = 0; round < 60; round++) {
    const path = paths[round % paths.length]!;
    const size = Deno.statSync(`${tree}/${path}`).size;
    const offset = Math.floor(Math.random() * size);
    flipBit(`${tree}/${path}`, offset);
    const { code, stdout } = await sandbox.edgeboot(["verify"]);
    assertEquals(code, 65, `bit in byte ${offset} of ${path}`);
    assert(stdout.includes(`content ${path}`));
    assertEquals((await sandbox.edgeboot(["fetch", "app"])).code, 0);
  }
});

Deno.test("edgeboot verify says so when the record or the release document was changed", async () => {
  const { sandbox, sha256 } = await fetched();
  await using _ = sandbox;
  const record = `${sandbox.cache}/v1/records/sha256/${sha256}.jsonl`;
  flipBit(record, 200);
  const ended = await sandbox.edgeboot(["verify"]);
  assertEquals(ended.code, 65);
  assert(ended.stdout.includes(record), ended.stdout);
  assertEquals((await sandbox.edgeboot(["run", "app"])).stdout, "hello\n");
  assertEquals((await sandbox.edgeboot(["verify"])).code, 0);
  const releases = `${sandbox.cache}/v1/releases/sha256`;
  const [release] = [...Deno.readDirSync(releases)];
  flipBit(`${releases}/${release!.name}`, 60);
  assertEquals((await sandbox.edgeboot(["verify"])).code, 65);
  assertEquals((await sandbox.edgeboot(["run", "app"])).stdout, "hello\n");
  assertEquals((await sandbox.edgeboot(["verify"])).code, 0);
});

Deno.test("edgeboot verify reports no record when an image has provided the tree", async () => {
  const { sandbox, sha256 } = await fetched();
  await using _ = sandbox;
  await Deno.remove(`${sandbox.cache}/v1/records`, { recursive: true });
  const { code, stdout } = await sandbox.edgeboot(["verify", "--all"]);
  assertEquals(code, 0);
  assertStringIncludes(stdout, `no record  tree         ${sha256}`);
});

Deno.test("edgeboot verify leaves a damaged tree in place while an app holds its lease", async () => {
  const { sandbox, tree, sha256 } = await fetched();
  await using _ = sandbox;
  using lease = await Deno.open(`${sandbox.cache}/v1/leases/sha256/${sha256}`, { read: true });
  await lease.lock(false);
  flipBit(`${tree}/late.py`, 0);
  const kept = await sandbox.edgeboot(["verify"]);
  assertEquals(kept.code, 65);
  assert(kept.stdout.includes(`not moved: in use by process ${Deno.pid}`), kept.stdout);
  assert(Deno.statSync(tree).isDirectory);
  const forced = await sandbox.edgeboot(["verify", "--force"]);
  assertEquals(forced.code, 65);
  assert(forced.stdout.includes("moved to"), forced.stdout);
  await lease.unlock();
});

Deno.test("edgeboot cache list and gc show what is in quarantine, and gc removes it when it is asked to", async () => {
  const { sandbox, tree, sha256 } = await fetched();
  await using _ = sandbox;
  assertEquals(
    (await sandbox.edgeboot(["cache", "list", "--quarantine"])).stdout,
    "nothing is in quarantine\n",
  );
  flipBit(`${tree}/late.py`, 0);
  assertEquals((await sandbox.edgeboot(["verify"])).code, 65);
  const text = (await sandbox.edgeboot(["cache", "list"])).stdout;
  assert(/^1 in quarantine, 300 kB, the oldest for \d+s: /m.test(text), text);
  const listed = await sandbox.edgeboot(["cache", "list", "--quarantine", "--json"]);
  const { quarantine: [item, ...more] } = JSON.parse(listed.stdout);
  assertEquals([item.digest, item.kind, more], [`sha256:${sha256}`, "tree", []]);
  assert(Date.now() - Date.parse(item.quarantined_at) < 60_000 && item.bytes > 300_000);
  const everything = ["cache", "gc", "--keep", "0", "--max-size", "0"];
  for (const args of [everything, [...everything, "--quarantine-age", "1h"]]) {
    const { stdout } = await sandbox.edgeboot(args);
    assert(/^1 in quarantine, .*: kept; --quarantine-age 0s removes all$/m.test(stdout), stdout);
    assert(Deno.statSync(item.path).isDirectory);
  }
  const all = [...everything, "--quarantine-age", "0s"];
  const dry = await sandbox.edgeboot([...all, "--dry-run"]);
  assert(/^would remove 1 from quarantine, 300 kB$/m.test(dry.stdout), dry.stdout);
  const { stdout } = await sandbox.edgeboot(all);
  assert(/^removed 1 from quarantine, 300 kB$/m.test(stdout), stdout);
  assertEquals([...Deno.readDirSync(`${sandbox.cache}/v1/quarantine`)], []);
});

Deno.test("edgeboot verify is refused when its arguments contradict each other", async () => {
  await using sandbox = await Sandbox.create();
  assertEquals((await sandbox.edgeboot(["verify", "--all", "app"])).code, 64);
  assertEquals((await sandbox.edgeboot(["verify", "a", "b"])).code, 64);
  assertEquals((await sandbox.edgeboot(["verify", "app"])).code, 69);
  const empty = await sandbox.edgeboot(["verify"]);
  assertEquals([empty.code, empty.stdout], [0, "the cache is empty\n"]);
});

e2e("edgeboot verify reports damage when the cache is mounted read-only", needsRoot, async () => {
  const { sandbox, tree } = await fetched();
  await using _ = sandbox;
  flipBit(`${tree}/late.py`, 0);
  const script = `mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"`;
  const { BINARY } = await import("./support/binary.ts");
  const { command } = await import("./support/command.ts");
  const how = ["-m", "sh", "-c", script, "sh", sandbox.cache, BINARY, "verify"];
  const { code, stdout, stderr } = await command("unshare", how, {
    env: sandbox.environment(),
    clearEnv: true,
  });
  assertEquals(code, 65, stderr);
  assert(stdout.includes("content late.py"), stdout);
  assert(stdout.includes("not moved: "), stdout);
});
