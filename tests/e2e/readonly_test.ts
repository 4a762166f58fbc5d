import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { BINARY } from "./support/binary.ts";
import { command, type Ended } from "./support/command.ts";
import { e2e, firstOf, needsProgram, needsRoot } from "./support/e2e.ts";
import { Sandbox } from "./support/sandbox.ts";

const HELLO = { "hello.py": "import pkg\nprint('hello')\n", "pkg/__init__.py": "" };

/** The app has started once; the cache is root's. */
async function warm(): Promise<Sandbox> {
  const sandbox = await Sandbox.create();
  await sandbox.publish("hello", HELLO, { entrypoint: { module: "hello" } });
  assertEquals((await sandbox.edgeboot(["run", "hello"])).stdout, "hello\n");
  return sandbox;
}

async function snapshot(sandbox: Sandbox): Promise<string> {
  const format = "%p %m %U %s %T@ %l\n";
  const { stdout } = await command("find", [sandbox.cache, "-printf", format]);
  return stdout.split("\n").sort().join("\n");
}

/** In a mount namespace of its own, where the cache is mounted read-only. */
async function readOnly(sandbox: Sandbox, args: readonly string[]): Promise<Ended> {
  const script = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"';
  const how = ["-m", "sh", "-c", script, "sh", sandbox.cache, BINARY, ...args];
  return await command("unshare", how, { env: sandbox.environment(), clearEnv: true });
}

/** As a user who owns nothing here. */
async function asStranger(sandbox: Sandbox, args: readonly string[]): Promise<Ended> {
  const how = ["--reuid=12345", "--regid=12345", "--clear-groups", BINARY, ...args];
  return await command("setpriv", how, { env: sandbox.environment(), clearEnv: true });
}

const needsUnshare = firstOf(needsRoot, await needsProgram("unshare", "-m", "true"));
const needsSetpriv = firstOf(
  needsRoot,
  await needsProgram(
    "setpriv",
    "--reuid=12345",
    "--regid=12345",
    "--clear-groups",
    BINARY,
    "version",
  ),
);

const PLACES = [
  ["is mounted read-only", needsUnshare, readOnly],
  ["belongs to another user and cannot be written", needsSetpriv, asStranger],
] as const;

for (const [name, missing, start] of PLACES) {
  e2e(
    `edgeboot run starts warm, silently and without a trace, when the cache ${name}`,
    missing,
    async () => {
      await using sandbox = await warm();
      const before = await snapshot(sandbox);
      for (const refresh of ["always", "never", "1ms"]) {
        const { code, stdout, stderr } = await start(sandbox, [
          "run",
          "--refresh",
          refresh,
          "hello",
        ]);
        assertEquals([code, stdout, stderr], [0, "hello\n", ""]);
      }
      const exec = await start(sandbox, ["exec", "hello", "python", "-c", "import hello"]);
      assertEquals([exec.stdout, exec.stderr], ["hello\n", ""]);
      assertEquals(await snapshot(sandbox), before);
    },
  );

  e2e(
    `edgeboot run starts the last release with one warning when a new one comes and the cache ${name}`,
    missing,
    async () => {
      await using sandbox = await warm();
      await sandbox.publish("hello", { "hello.py": "print('new')\n" }, {
        version: "2",
        entrypoint: { module: "hello" },
      });
      const { stdout, stderr } = await start(sandbox, ["run", "hello"]);
      assertEquals(stdout, "hello\n", stderr);
      assertEquals(stderr.match(/warning/g)?.length, 1, stderr);
      assert(stderr.includes("cannot write to the cache"), stderr);
    },
  );

  e2e(
    `edgeboot verify and history work, and pin is 73, when the cache ${name}`,
    missing,
    async () => {
      await using sandbox = await warm();
      const verify = await start(sandbox, ["verify"]);
      assertEquals([verify.code, verify.stderr], [0, ""], verify.stdout);
      const history = await start(sandbox, ["history", "hello"]);
      assertEquals([history.code, history.stderr], [0, ""]);
      assertEquals((await start(sandbox, ["pin", "hello"])).code, 73);
    },
  );
}

e2e(
  "edgeboot run starts from a tree alone, as an image or a volume provides it",
  needsUnshare,
  async () => {
    await using sandbox = await Sandbox.create();
    const { sha256 } = await sandbox.blob(await sandbox.archive(HELLO));
    await sandbox.write(`cache/v1/trees/sha256/${sha256}`, HELLO);
    const args = [
      "run",
      "--bundle",
      "https://bundles.invalid/x",
      "--sha256",
      sha256,
      "--entry",
      "hello",
    ];
    const { code, stdout, stderr } = await readOnly(sandbox, args);
    assertEquals([code, stdout, stderr], [0, "hello\n", ""]);
    const verify = await readOnly(sandbox, ["verify"]);
    assertEquals(verify.code, 0);
    assertMatch(verify.stdout, new RegExp(`^no record +tree +${sha256}`));
  },
);

e2e(
  "edgeboot verify runs as a user who may read the cache only, and names the damage",
  needsSetpriv,
  async () => {
    await using sandbox = await warm();
    const trees = `${sandbox.cache}/v1/trees/sha256`;
    const [tree] = [...Deno.readDirSync(trees)];
    await Deno.chmod(`${trees}/${tree!.name}/hello.py`, 0o000);
    const { code, stdout, stderr } = await asStranger(sandbox, ["verify"]);
    assertEquals(code, 65, stderr);
    assert(stdout.includes("mode hello.py: expected 0444, found 0000"), stdout);
    assert(stdout.includes("unreadable hello.py"), stdout);
    assert(stdout.includes("not moved"), stdout);
  },
);

e2e(
  "edgeboot cache gc ends with 73 when what it should remove is on a read-only mount",
  needsUnshare,
  async () => {
    await using sandbox = await warm();
    const everything = ["--keep", "0", "--max-size", "0", "--unlocked-age", "0s"];
    const ended = await readOnly(sandbox, ["cache", "gc", ...everything]);
    assertEquals(ended.code, 73);
    assertStringIncludes(ended.stdout, "failed");
    assertStringIncludes(ended.stderr, "1 of the trees to collect could not be removed");
    assertEquals((await readOnly(sandbox, ["cache", "gc"])).code, 0);
  },
);

e2e(
  "edgeboot run finds the trees of its own cache when one that is gone had the same layers and no environment",
  needsSetpriv,
  async () => {
    await using sandbox = await Sandbox.create();
    const { sha256 } = await sandbox.blob(await sandbox.archive({ "dep.py": "print('dep')\n" }));
    await sandbox.publish("hello", {}, {
      layers: [{ sha256, kind: "deps" }],
      entrypoint: { module: "dep" },
    });
    await Deno.chmod(sandbox.path("tmp"), 0o1777);
    for (const cache of [sandbox.path("one"), sandbox.path("two")]) {
      assertEquals((await sandbox.edgeboot(["fetch", "hello"], { cache })).code, 0);
      await Deno.remove(`${cache}/v1/environments`, { recursive: true });
      const { stdout, stderr } = await asStranger(sandbox, ["run", "--cache", cache, "hello"]);
      assertEquals([stdout, stderr], ["dep\n", ""]);
      await Deno.remove(cache, { recursive: true });
    }
  },
);

e2e(
  "edgeboot run does not make the directory that TMPDIR names when the cache cannot be written",
  needsUnshare,
  async () => {
    await using sandbox = await warm();
    await Deno.remove(`${sandbox.cache}/v1/environments`, { recursive: true });
    const absent = sandbox.path("absent");
    const script = 'export TMPDIR="$1" && shift && exec "$@"';
    const through = ["-c", script, "sh", absent, BINARY, "run", "hello"];
    const mounted = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"';
    const how = ["-m", "sh", "-c", mounted, "sh", sandbox.cache, "sh", ...through];
    const { stdout } = await command("unshare", how, {
      env: sandbox.environment(),
      clearEnv: true,
    });
    assertEquals(stdout, "hello\n");
    assertEquals(await Deno.stat(absent).catch(() => "absent"), "absent");
  },
);
