import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { BINARY } from "./support/binary.ts";
import { command, output } from "./support/command.ts";
import { e2e, needsProgram, needsRoot } from "./support/e2e.ts";
import { Sandbox } from "./support/sandbox.ts";
import { StaticServer } from "./support/server.ts";

/** Prints a line, waits for one, then imports what it has not looked at before. */
const LAZY = {
  "lazy.py": "print('up', flush=True)\ninput()\nimport later\nprint(later.VALUE)\n",
  "later.py": "VALUE = 'imported'\n",
};

/** A running app, until it is told to go on. */
async function startLazy(sandbox: Sandbox) {
  const child = new Deno.Command(BINARY, {
    args: ["run", "lazy"],
    env: sandbox.environment(),
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  assertEquals((await reader.read()).value, "up\n");
  return {
    pid: child.pid,
    async goOn(): Promise<string> {
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode("\n"));
      await writer.close();
      let text = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        text += value;
      }
      await child.status;
      return text;
    },
  };
}

const gc = async (sandbox: Sandbox, ...args: string[]) => {
  const { code, stdout, stderr } = await sandbox.edgeboot(["cache", "gc", "--json", ...args]);
  assertEquals([code, stderr], [0, ""]);
  return JSON.parse(stdout);
};

const EVERYTHING = ["--keep", "0", "--max-size", "0", "--max-age", "0s"];

e2e(
  "edgeboot cache gc keeps what runs and names its PID, and removes it afterwards",
  undefined,
  async () => {
    await using sandbox = await Sandbox.create();
    const { sha256 } = await sandbox.publish("lazy", LAZY, { entrypoint: { module: "lazy" } });
    const app = await startLazy(sandbox);

    const listed = await sandbox.edgeboot(["cache", "list", "--json"]);
    const { trees: [tree] } = JSON.parse(listed.stdout);
    assertEquals([tree.digest, tree.hold, tree.pids], [`sha256:${sha256}`, "in-use", [app.pid]]);
    assertEquals(tree.used_by, ["lazy 1"]);
    const table = (await sandbox.edgeboot(["cache", "list"])).stdout;
    assertMatch(table, new RegExp(`^${sha256} .* ${app.pid} +lazy 1$`, "m"));

    const kept = await gc(sandbox, ...EVERYTHING);
    assertEquals([kept.removed, kept.kept[0].reason, kept.kept[0].pids], [[], "in-use", [app.pid]]);
    assertEquals(await app.goOn(), "imported\n");

    const dry = await gc(sandbox, ...EVERYTHING, "--dry-run");
    assertEquals(dry.removed.map((each: { digest: string }) => each.digest), [`sha256:${sha256}`]);
    assertEquals(await trees(sandbox), [sha256]);
    const removed = await gc(sandbox, ...EVERYTHING);
    assertEquals(removed.freed_bytes, dry.freed_bytes);
    assertEquals(await trees(sandbox), []);
    const again = await sandbox.edgeboot(["run", "lazy"], { stdin: "\n" });
    assertEquals([again.code, again.stdout], [0, "up\nimported\n"]);
  },
);

async function trees(sandbox: Sandbox): Promise<string[]> {
  return await names(`${sandbox.cache}/v1/trees/sha256`);
}

async function names(directory: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => name).sort();
}

/** Publishes and starts one version after the other; returns their layers. */
async function startVersions(sandbox: Sandbox, count: number): Promise<string[]> {
  const layers: string[] = [];
  for (let version = 1; version <= count; version++) {
    const files = { "hello.py": `print(${version})\n`, "data.txt": "x".repeat(10_000) };
    const extra = { version: String(version), entrypoint: { module: "hello" } };
    layers.push((await sandbox.publish("hello", files, extra)).sha256);
    assertEquals((await sandbox.edgeboot(["run", "hello"])).stdout, `${version}\n`);
  }
  return layers;
}

e2e("edgeboot cache gc keeps the last N releases of an app", undefined, async () => {
  await using sandbox = await Sandbox.create();
  const layers = await startVersions(sandbox, 4);
  const limited = await gc(sandbox, "--max-size", "1GB");
  assertEquals(limited.removed, [], "within the limit");
  const two = await gc(sandbox);
  assertEquals(two.removed.length, 2);
  assertEquals(await trees(sandbox), layers.slice(2).sort());
  const text = await sandbox.edgeboot(["cache", "gc", "--keep", "1"]);
  assertMatch(text.stdout, /^removed +[0-9a-f]{12} .* hello 3 +no kept release needs it$/m);
  assertMatch(text.stdout, /^kept +[0-9a-f]{12} .* needed by hello 4, current of stable$/m);
  assertMatch(text.stdout, /^freed .+ in 1 tree, kept .+ in 1 tree$/m);
  assertEquals(await trees(sandbox), layers.slice(3));
});

e2e(
  "edgeboot run brings the cache to its limits after a cold start, and only then",
  undefined,
  async () => {
    await using sandbox = await Sandbox.create();
    const layers = await startVersions(sandbox, 3);
    const env = { EDGEBOOT_CACHE_MAX_SIZE: "1kB" };
    assertEquals((await sandbox.edgeboot(["run", "hello"], { env })).stdout, "3\n");
    assertEquals((await trees(sandbox)).length, 3, "a warm start collects nothing");
    await sandbox.publish("other", { "o.py": "print('o')\n" }, { entrypoint: { module: "o" } });
    const cold = await sandbox.edgeboot(["run", "-v", "other"], { env });
    assertEquals([cold.code, cold.stdout], [0, "o\n"]);
    assertMatch(cold.stderr, /collected [\d.]+ k?M?B in 1 tree; [\d.]+ k?M?B above the limit/);
    assert(!(await trees(sandbox)).includes(layers[0]!), "the release that nothing needs");
    assertEquals((await trees(sandbox)).length, 3);
  },
);

e2e(
  "edgeboot cache path gives a tree by its digest or what list shows of it, and ends with 69 where it is not",
  undefined,
  async () => {
    await using sandbox = await Sandbox.create();
    const { sha256 } = await sandbox.publish("lazy", LAZY, { entrypoint: { module: "lazy" } });
    const absent = await sandbox.edgeboot(["cache", "path", sha256]);
    assertEquals([absent.code, absent.stdout], [69, ""]);
    assertStringIncludes(absent.stderr, `no tree ${sha256} in the cache ${sandbox.cache}`);
    assertEquals((await sandbox.edgeboot(["fetch", "lazy"])).code, 0);
    for (const digest of [sha256, sha256.slice(0, 12)]) {
      const { stdout } = await sandbox.edgeboot(["cache", "path", digest]);
      assertEquals(stdout, `${sandbox.cache}/v1/trees/sha256/${sha256}\n`);
    }
  },
);

const FLAGS: [args: string[], why: RegExp][] = [
  [["gc", "--max-size", "much"], /--max-size must be a size such as .*, and is "much"/],
  [["gc", "--max-age", "1"], /--max-age must be a duration/],
  [["gc", "--keep", "-1"], /--keep must be a whole number from 0/],
  [["gc", "--unlocked-age", "old"], /--unlocked-age must be a duration/],
  [["gc", "--quarantine-age", "1"], /--quarantine-age must be a duration/],
  [["gc", "now"], /"now" is one argument too many: edgeboot cache gc/],
];

for (const [args, why] of FLAGS) {
  e2e(`edgeboot cache ${args.join(" ")} is refused with 64`, undefined, async () => {
    await using sandbox = await Sandbox.create();
    const { code, stderr } = await sandbox.edgeboot(["cache", ...args]);
    assertEquals(code, 64);
    assertMatch(stderr, why);
  });
}

e2e(
  "edgeboot run gives up on a lock with 75, and says who holds it",
  await needsProgram("flock", "--version"),
  async () => {
    await using sandbox = await Sandbox.create();
    const { sha256 } = await sandbox.publish("lazy", LAZY, { entrypoint: { module: "lazy" } });
    const lock = `${sandbox.cache}/v1/locks/${sha256}`;
    await Deno.mkdir(`${sandbox.cache}/v1/locks`, { recursive: true });
    const note = { host: "worker-7", pid: 4711, since: "2026-11-20T10:00:00.000Z" };
    await Deno.writeTextFile(lock, JSON.stringify(note), { mode: 0o600 });
    const holder = new Deno.Command("flock", { args: ["-F", "-x", lock, "sleep", "60"] }).spawn();
    try {
      await new Promise((done) => setTimeout(done, 300));
      const { code, stderr } = await sandbox.edgeboot(["run", "--lock-timeout", "1500ms", "lazy"]);
      assertEquals(code, 75, stderr);
      const said = "process 4711 on worker-7 has been fetching it since 2026-11-20T10:00:00.000Z";
      assertStringIncludes(stderr, `waiting for layer ${sha256.slice(0, 12)}: ${said}`);
      assertStringIncludes(stderr, `why:  ${said}`);
    } finally {
      holder.kill("SIGKILL");
      await holder.status;
    }
    assertEquals((await sandbox.edgeboot(["run", "lazy"], { stdin: "\n" })).code, 0);
  },
);

e2e(
  "edgeboot run downloads a layer once for ten starters at the same time",
  undefined,
  async () => {
    await using sandbox = await Sandbox.create();
    const { sha256 } = await sandbox.publish("lazy", LAZY, { entrypoint: { module: "lazy" } });
    await using server = new StaticServer(sandbox.registry);
    const starts = Array.from(
      { length: 10 },
      () => sandbox.edgeboot(["run", "lazy"], { registry: server.url, stdin: "\n" }),
    );
    for (const { code, stdout, stderr } of await Promise.all(starts)) {
      assertEquals([code, stdout], [0, "up\nimported\n"], stderr);
    }
    assertEquals(server.paths.filter((path) => path.endsWith(sha256)).length, 1);
    assertEquals(await names(`${sandbox.cache}/v1/locks`), []);
    assertEquals(await names(`${sandbox.cache}/v1/work`), []);
  },
);

e2e(
  "edgeboot run refuses a cache of another user with 77, unless that user is trusted",
  needsRoot,
  async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("lazy", LAZY, { entrypoint: { module: "lazy" } });
    const start = (...args: string[]) =>
      sandbox.edgeboot(["run", ...args, "lazy"], { stdin: "\n" });
    assertEquals((await start()).code, 0);
    await Deno.chmod(sandbox.cache, 0o1777);
    assertEquals((await start()).code, 0, "nobody else can replace what is below");
    for (const mode of [0o757, 0o777]) {
      await Deno.chmod(sandbox.cache, mode);
      assertEquals((await start()).code, 77);
      assertEquals((await start("--trusted-uids", "any")).code, 0);
    }
    await Deno.chmod(sandbox.cache, 0o755);
    await Deno.chmod(`${sandbox.cache}/v1`, 0o777);
    const open = await start();
    assertEquals(open.code, 77);
    assertStringIncludes(open.stderr, "every user may write to it");
    await Deno.chmod(`${sandbox.cache}/v1`, 0o755);
    await output("chown", ["1234", `${sandbox.cache}/v1`]);
    assertEquals((await start()).code, 77);
    await output("chown", ["-R", "1234", sandbox.cache]);
    await Deno.chmod(sandbox.cache, 0o755);
    const foreign = await start();
    assertEquals(foreign.code, 77);
    assertStringIncludes(foreign.stderr, "it belongs to uid 1234");
    assertEquals((await start("--trusted-uids", "99,1234")).code, 0);
    assertEquals((await start("--trusted-uids", "any")).code, 0);
    await output("chown", ["0", sandbox.cache]);
    assertEquals((await start()).code, 77, "a tree of another user in a cache of ours");
  },
);

e2e(
  "edgeboot run says with 74 that there are no inodes for a release, before it downloads anything",
  needsRoot,
  async () => {
    await using sandbox = await Sandbox.create();
    await Deno.mkdir(sandbox.cache);
    await output("mount", ["-t", "tmpfs", "-o", "nr_inodes=60", "none", sandbox.cache]);
    try {
      await using server = new StaticServer(sandbox.registry);
      const options = { registry: server.url };
      for (const name of ["first", "second"]) {
        await sandbox.publish(name, { [`${name}.py`]: `print('${name}')\n` }, {
          entrypoint: { module: name },
        });
      }
      const first = await sandbox.edgeboot(["run", "first"], options);
      assertEquals([first.code, first.stdout], [0, "first\n"], first.stderr);
      for (let number = 0; number < 60; number++) {
        try {
          await Deno.writeTextFile(`${sandbox.cache}/other-${number}`, "");
        } catch {
          break;
        }
      }
      server.forget();
      const full = await sandbox.edgeboot(["run", "second"], options);
      assertEquals(full.code, 74, full.stderr);
      assertMatch(full.stderr, /no inodes left/);
      assertEquals(server.paths, ["/apps/second/stable.json"]);
      assertEquals((await sandbox.edgeboot(["run", "first"], options)).stdout, "first\n");
    } finally {
      await output("umount", [sandbox.cache]);
    }
  },
);

e2e(
  "edgeboot run says with 74 that a release cannot fit, before it downloads anything",
  needsRoot,
  async () => {
    await using sandbox = await Sandbox.create();
    await Deno.mkdir(sandbox.cache);
    await output("mount", ["-t", "tmpfs", "-o", "size=2m", "none", sandbox.cache]);
    try {
      await using server = new StaticServer(sandbox.registry);
      const options = { registry: server.url };
      const big = (name: string, size: number) =>
        sandbox.archive({ [`${name}.py`]: `print('${name}')\n`, data: name.repeat(size / 5) });
      const publish = async (name: string, size: number) => {
        const { sha256, size: packed } = await sandbox.blob(await big(name, size));
        const layer = { kind: "app", sha256, size: packed, unpacked_size: size + 100 };
        await sandbox.release(name, "stable", {
          ...{ schema: "edgeboot.release/v1", app: name, version: "1" },
          entrypoints: { default: { module: name } },
          variants: [{ layers: [layer] }],
        });
      };
      await publish("first", 1_200_000);
      assertEquals((await sandbox.edgeboot(["run", "first"], options)).stdout, "first\n");
      await publish("third", 9_000_000);
      server.forget();
      const full = await sandbox.edgeboot(["run", "third"], options);
      assertEquals(full.code, 74, full.stderr);
      assertMatch(
        full.stderr,
        /its layers need 9(?:\.\d+)? MB, packed and unpacked, and [\d.]+ [kM]?B are free/,
      );
      assertEquals(server.paths, ["/apps/third/stable.json"]);

      // Nothing keeps the first app's tree any more, so it makes room for the next.
      await Deno.remove(`${sandbox.cache}/v1/refs`, { recursive: true });
      await Deno.remove(`${sandbox.cache}/v1/releases`, { recursive: true });
      await publish("secnd", 1_200_000);
      const second = await sandbox.edgeboot(["run", "-v", "secnd"], options);
      assertEquals([second.code, second.stdout], [0, "secnd\n"], second.stderr);
      assertMatch(second.stderr, /collected [\d.]+ [kM]?B, trees: 1$/m);
    } finally {
      await command("umount", [sandbox.cache]);
    }
  },
);
