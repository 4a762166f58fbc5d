import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { BINARY } from "../support/binary.ts";
import { command, type Ended } from "../support/command.ts";
import { e2e, firstOf, needsProgram, needsRoot } from "../support/e2e.ts";
import { PYTHON } from "../support/python.ts";
import { type EdgebootOptions, Sandbox, sha256 } from "../support/sandbox.ts";
import { StaticServer } from "../support/server.ts";

/** Says what it was started as, and where: what the kernel says of it. */
const SELF = `
import json, os
def main():
    read = lambda name: open(f"/proc/self/{name}", "rb").read().decode().split("\\0")[:-1]
    environ = dict(entry.split("=", 1) for entry in read("environ"))
    print(json.dumps({"argv": read("cmdline"), "env": environ, "cwd": os.getcwd(),
                      "exe": os.path.realpath("/proc/self/exe")}))
if __name__ == "__main__":
    main()
`;
const FILES = {
  "self.py": SELF,
  "extra.pth": "import os\n",
  "bin/tool": `#!/build/python\n${SELF}`,
  "own-1.dist-info/entry_points.txt": "[console_scripts]\nown = self:main\n",
};
const ENV = {
  set: { TZ: "UTC", API_TOKEN: "hush-hush", DB: "postgres://user:hush-hush@db/x" },
  default: { LOG: "info", HOME: "/nowhere" },
  unset: ["DEBUG"],
};
const ENTRIES: readonly (readonly [name: string, start: object])[] = [
  ["module", { module: "self" }],
  ["callable", { callable: "self:main" }],
  ["script", { script: "self.py", args: ["-x"] }],
  ["console-script", { console_script: "tool" }],
  ["metadata", { console_script: "own", default_args: ["d"] }],
];

// deno-lint-ignore no-explicit-any
type Json = any;

/** Everything in the sandbox, with what a look must not change. */
async function everything(sandbox: Sandbox): Promise<string> {
  const format = "%p %m %U %s %T@ %C@ %i %l\n";
  const { stdout } = await command("find", [sandbox.root, "-printf", format]);
  return stdout.split("\n").sort().join("\n");
}

/** Runs it and shows that nothing has changed for it. */
async function look(
  sandbox: Sandbox,
  args: readonly string[],
  options: EdgebootOptions = {},
): Promise<Ended> {
  const before = await everything(sandbox);
  const ended = await sandbox.edgeboot(args, options);
  assertEquals(await everything(sandbox), before, "something was written");
  return ended;
}

async function explained(sandbox: Sandbox, args: string[], options: EdgebootOptions = {}) {
  const { code, stdout, stderr } = await look(sandbox, args, options);
  assertEquals([code, stderr], [0, ""], stdout);
  return JSON.parse(stdout) as Json;
}

/** The environment that the explanation makes of the one that edgeboot is started with. */
function environmentOf({ launch }: Json, inherited: Record<string, string>) {
  const env = { ...inherited, ...launch.environment.set };
  for (const name of launch.environment.unset) delete env[name];
  return env;
}

for (const [name, entrypoint] of ENTRIES) {
  Deno.test(`edgeboot explain tells what run then executes when the entry point is a ${name}`, async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("self", FILES, { entrypoint, env: ENV });
    await sandbox.edgeboot(["fetch", "self"]);
    const env = { DEBUG: "1", LOG: "mine", EDGEBOOT_TOKEN: "hush-hush", VIRTUAL_ENV: "/v" };
    const args = ["self", "a b", "--port", "1"];
    const shown = await explained(sandbox, ["explain", "--json", ...args], { env });
    const dry = await explained(sandbox, ["run", "--dry-run", "--json", ...args], { env });
    assertEquals(dry, shown);
    assert(!JSON.stringify(shown).includes("hush-hush"));

    const ran = await sandbox.edgeboot(["run", ...args], { env });
    assertEquals([ran.code, ran.stderr], [0, ""]);
    const seen = JSON.parse(ran.stdout);
    assertEquals(seen.argv, shown.launch.argv);
    assertEquals([seen.cwd, seen.exe], [
      shown.launch.directory,
      await Deno.realPath(shown.launch.executable),
    ]);
    const secrets = { API_TOKEN: "(secret)", DB: "postgres://(secret)@db/x" };
    assertEquals(
      { ...seen.env, ...secrets },
      environmentOf(shown, sandbox.environment({ env })),
    );
  });
}

Deno.test("edgeboot exec --dry-run tells what exec then executes", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("self", FILES, { entrypoint: { module: "self" } });
  await sandbox.edgeboot(["fetch", "self"]);
  for (const rest of [["python", "-m", "self", "x"], ["--", "own", "--", "y"]]) {
    const shown = await explained(sandbox, ["exec", "--dry-run", "--json", "self", ...rest]);
    const { stdout } = await sandbox.edgeboot(["exec", "self", ...rest]);
    const seen = JSON.parse(stdout);
    assertEquals(seen.argv, shown.launch.argv);
    const { SHLVL: _1, PWD: _2, OLDPWD: _3, _: _4, ...env } = seen.env;
    assertEquals(env, environmentOf(shown, sandbox.environment()));
  }
  const alone = await look(sandbox, ["exec", "--json", "self", "python"]);
  assertEquals([alone.code, alone.stdout], [64, ""]);
});

Deno.test("edgeboot explain makes and touches nothing when there is no cache", async () => {
  await using sandbox = await Sandbox.create();
  await using server = new StaticServer(sandbox.registry);
  const { sha256: layer, text } = await sandbox.publish("self", FILES, {
    ...{ version: "1.4", entrypoint: { module: "self" } },
  });
  const options = { registry: server.url };
  const shown = await explained(sandbox, ["explain", "--json", "self"], options);
  assertEquals(server.paths, ["/apps/self/stable.json"]);
  assertEquals(shown.release, {
    ...{ label: "self@stable", version: "1.4", digest: `sha256:${await sha256(text)}` },
    ...{ source: "changed", asked: true, registry: `${server.url}/` },
  });
  assertEquals(shown.cache, {
    ...{ path: sandbox.cache, origin: "EDGEBOOT_CACHE", exists: false, writable: true },
  });
  const url = `${server.url}/blobs/sha256/${layer}`;
  assertEquals([shown.layers[0].cached, shown.layers[0].url], [false, url]);
  assertEquals([shown.layers[0].lease.state, shown.launch], ["made", undefined]);
  assertMatch(shown.pending, /when the layers are unpacked/);
  assertEquals(shown.pythons.at(-1).path, PYTHON.path);

  const people = await look(sandbox, ["explain", "self"], options);
  assertMatch(people.stdout, /nothing was written\n$/);
  assertStringIncludes(people.stdout, "self@stable is 1.4: new from the registry");
  const homeless = { EDGEBOOT_CACHE: "", HOME: sandbox.path("home"), XDG_CACHE_HOME: "" };
  const home = await explained(sandbox, ["explain", "--json", "self"], {
    ...options,
    env: homeless,
  });
  assertEquals([home.cache.path, home.cache.exists], [
    `${sandbox.path("home")}/.cache/edgeboot`,
    false,
  ]);
  const planned = await explained(sandbox, ["fetch", "--dry-run", "--json", "self"], options);
  const [fetch] = planned.apps;
  assertEquals([fetch.command, fetch.layers, fetch.pending], ["fetch", shown.layers, undefined]);
});

Deno.test("edgeboot explain asks nobody when it is offline, and ends as run would", async () => {
  await using sandbox = await Sandbox.create();
  await using server = new StaticServer(sandbox.registry);
  await sandbox.publish("self", FILES, { entrypoint: { module: "self" } });
  const options = { registry: server.url };
  const nothing = await look(sandbox, ["explain", "--offline", "self"], options);
  assertEquals([nothing.code, server.paths], [69, []]);
  assertMatch(nothing.stdout, /^ends +with exit code 69$/m);
  assertMatch(nothing.stderr, /^edgeboot: error: cannot start self@stable offline\n/);
  await sandbox.edgeboot(["fetch", "self"], options);
  const asked = server.paths.length;
  const shown = await explained(sandbox, ["explain", "--json", "--offline", "self"], options);
  assertEquals([shown.release.source, shown.release.asked], ["fresh", false]);
  assertEquals(server.paths.length, asked);

  const unknown = await look(sandbox, ["explain", "--json", "self@nosuch"], options);
  assertEquals([unknown.code, JSON.parse(unknown.stdout).error.code], [78, "REF_UNKNOWN"]);
  await sandbox.edgeboot(["pin", "self"], options);
  const pinned = await explained(sandbox, ["explain", "--json", "self"], options);
  assertEquals([pinned.release.source, pinned.release.asked], ["pinned", false]);
});

Deno.test("edgeboot explain tells which release starts in place of one that cannot", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("self", FILES, { entrypoint: { module: "self" } });
  await sandbox.edgeboot(["fetch", "self"]);
  await sandbox.publish("self", FILES, {
    ...{ version: "2", python: ">=4", entrypoint: { module: "self" } },
  });
  const { code, stdout, stderr } = await look(sandbox, ["explain", "--json", "self"]);
  const { release, launch, warnings } = JSON.parse(stdout);
  assertEquals([code, release.version, release.source], [0, "1", "last-good"]);
  assertEquals(launch.environment.set.EDGEBOOT_CURRENT_VERSION, "1");
  assertEquals(warnings.length, 1);
  assertStringIncludes(stderr, warnings[0]);
});

Deno.test("edgeboot explain tells of a download to continue, and of room that is not there", async () => {
  await using sandbox = await Sandbox.create();
  const { sha256: layer, size } = await sandbox.blob(await sandbox.archive(FILES));
  const release = (unpacked: number) => ({
    ...{ schema: "edgeboot.release/v1", app: "self", version: "1", entrypoint: { module: "self" } },
    layers: [{ sha256: layer, size, unpacked_size: unpacked }],
  });
  await sandbox.release("self", "stable", release(20_000));
  const url = `${sandbox.registry}/blobs/sha256/${layer}`;
  await sandbox.write(`cache/v1/partials/${layer}/0123`, {
    ...{ "blob": "x".repeat(100), "lock": "", "origin.json": JSON.stringify({ url, total: size }) },
  });
  const shown = await explained(sandbox, ["explain", "--json", "self"]);
  assertEquals(shown.layers[0].partial_bytes, 100);
  assertEquals(shown.space.needed_bytes, size + 20_000);
  await sandbox.release("self", "stable", release(2 ** 52));
  const full = await look(sandbox, ["explain", "--json", "self"]);
  const { error, space } = JSON.parse(full.stdout);
  assertEquals([full.code, error.code], [74, "DISK_FULL"]);
  assertEquals(space.collect, { trees: 0, bytes: 0 });
});

const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups"];
const CLOSED = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"';
const READ_ONLY: [how: string, program: string, args: (sandbox: Sandbox) => string[]][] = [
  ["belongs to another user", "setpriv", () => NOBODY],
  ["is mounted read-only", "unshare", ({ cache }) => ["-m", "sh", "-c", CLOSED, "sh", cache]],
];

for (const [how, program, wrap] of READ_ONLY) {
  e2e(
    `edgeboot explain tells what run then executes when the cache ${how}`,
    firstOf(
      needsRoot,
      await needsProgram("setpriv", ...NOBODY, "true"),
      await needsProgram("unshare", "-m", "true"),
    ),
    async () => {
      await using sandbox = await Sandbox.create();
      const files = { "self.py": SELF };
      await sandbox.publish("self", files, { entrypoint: { callable: "self:main" } });
      await sandbox.edgeboot(["fetch", "self"]);
      const start = async (...args: string[]) => {
        const before = await everything(sandbox);
        const ended = await command(program, [...wrap(sandbox), BINARY, ...args], {
          ...{ env: sandbox.environment(), clearEnv: true, cwd: sandbox.root },
        });
        assertEquals(await everything(sandbox), before);
        return ended;
      };
      const shown = JSON.parse((await start("explain", "--json", "self", "x")).stdout);
      assertEquals(shown.cache.writable, false);
      const ran = await start("run", "self", "x");
      assertEquals(JSON.parse(ran.stdout).argv, shown.launch.argv, ran.stderr);

      await sandbox.publish("other", { "x.py": "" }, { entrypoint: { module: "x" } });
      const cold = await start("explain", "--json", "other");
      assertEquals([cold.code, JSON.parse(cold.stdout).error.code], [73, "CACHE_UNWRITABLE"]);
      assertEquals((await start("run", "other")).code, 73);
    },
  );
}

e2e(
  "edgeboot explain opens nothing for writing and takes no exclusive lock",
  await needsProgram("strace", "-qq", "true"),
  async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("self", FILES, { entrypoint: { module: "self" } });
    for (const state of ["cold", "warm"]) {
      const log = sandbox.path("files/trace");
      const calls = "trace=%file,flock,ftruncate,fsync";
      const strace = ["-f", "-qq", "-s", "200", "-e", calls, "-o", log, BINARY, "explain", "self"];
      const { code, stderr } = await command("strace", strace, {
        ...{ env: sandbox.environment(), clearEnv: true, cwd: sandbox.root },
      });
      assertEquals([code, stderr], [0, ""]);
      const lines = (await Deno.readTextFile(log)).split("\n").filter((line) =>
        !/"\/dev\/(null|tty)"/.test(line)
      );
      const writing = lines.filter((line) =>
        /open(at)?\(.*O_(WRONLY|RDWR|CREAT|TRUNC)/.test(line) ||
        /\b(mkdir|rename|unlink|symlink|link|rmdir|mknod|utime|chmod|ftruncate|fsync)\w*\(/.test(
          line,
        ) ||
        /LOCK_EX/.test(line)
      );
      assertEquals(writing, [], state);
      await sandbox.edgeboot(["fetch", "self"]);
    }
  },
);
