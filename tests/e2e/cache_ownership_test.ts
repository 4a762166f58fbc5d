import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { BINARY } from "./support/binary.ts";
import { command, output } from "./support/command.ts";
import { e2e, firstOf, needsProgram, needsRoot } from "./support/e2e.ts";
import { Sandbox } from "./support/sandbox.ts";

const STRANGER = 4501;
const GROUP = 4600;
const HELLO = { "hello.py": "print('hello')\n" };

interface Situation {
  readonly what: string;
  /** Done as root to a cache that was filled by root; returns the cache to start from. */
  readonly prepare: (sandbox: Sandbox, cache: string) => Promise<string | void>;
  /** What is said of the place, and of who could have changed it; a start that goes well without. */
  readonly says?: RegExp;
}

const chown = (path: string, uid: number, gid = 0) => Deno.chown(path, uid, gid);

async function parentOf(sandbox: Sandbox, mode: number, uid = 0, gid = 0): Promise<string> {
  const parent = sandbox.path("parent");
  await Deno.mkdir(parent);
  await Deno.rename(sandbox.cache, `${parent}/cache`);
  await Deno.chown(parent, uid, gid);
  await Deno.chmod(parent, mode);
  return `${parent}/cache`;
}

async function linkTo(cache: string, path: string, uid: number): Promise<string> {
  await Deno.symlink(cache, path);
  await output("chown", ["-h", String(uid), path]);
  return path;
}

const only = (path: string) => `${path}/${[...Deno.readDirSync(path)][0]!.name}`;

/** The one release, which is read where no plan was kept. */
async function releaseIn(cache: string): Promise<string> {
  await Deno.remove(`${cache}/v1/plans`, { recursive: true });
  return only(`${cache}/v1/releases/sha256`);
}

const SITUATIONS: readonly Situation[] = [
  {
    what: "a root that a group can write",
    prepare: async (_, cache) => {
      await chown(cache, 0, GROUP);
      await Deno.chmod(cache, 0o2775);
    },
    says: /group 4600/,
  },
  {
    what: "a root that all can write",
    prepare: (_, cache) => Deno.chmod(cache, 0o777),
    says: /every user may write/,
  },
  {
    what: "a root of another user",
    prepare: (_, cache) => chown(cache, STRANGER),
    says: /uid 4501/,
  },
  {
    what: "a v1 of another user",
    prepare: (_, cache) => chown(`${cache}/v1`, STRANGER),
    says: /v1.*uid 4501/s,
  },
  {
    what: "a v1 that a group can write",
    prepare: async (_, cache) => {
      await chown(`${cache}/v1`, 0, GROUP);
      await Deno.chmod(`${cache}/v1`, 0o775);
    },
    says: /v1.*group 4600/s,
  },
  {
    what: "a sticky v1 that all can write",
    prepare: (_, cache) => Deno.chmod(`${cache}/v1`, 0o1777),
    says: /v1.*every user/s,
  },
  {
    what: "a directory of trees that all can write",
    prepare: (_, cache) => Deno.chmod(`${cache}/v1/trees/sha256`, 0o777),
    says: /trees.*every user/s,
  },
  {
    what: "a tree of another user",
    prepare: (_, cache) => chown(only(`${cache}/v1/trees/sha256`), STRANGER),
    says: /trees.*uid 4501/s,
  },
  {
    what: "a tree that a group can write",
    prepare: async (_, cache) => {
      const tree = only(`${cache}/v1/trees/sha256`);
      await chown(tree, 0, GROUP);
      await Deno.chmod(tree, 0o775);
    },
    says: /trees.*group 4600/s,
  },
  {
    what: "a release of another user",
    prepare: async (_, cache) => await chown(await releaseIn(cache), STRANGER),
    says: /releases.*uid 4501/s,
  },
  {
    what: "a release that all can write",
    prepare: async (_, cache) => await Deno.chmod(await releaseIn(cache), 0o666),
    says: /releases.*every user/s,
  },
  {
    what: "a ref of another user",
    prepare: (_, cache) => chown(only(only(only(`${cache}/v1/refs`))), STRANGER),
    says: /refs.*uid 4501/s,
  },
  {
    what: "a parent of another user",
    prepare: (sandbox) => parentOf(sandbox, 0o755, STRANGER),
    says: /parent.*uid 4501/s,
  },
  {
    what: "a parent that all can write",
    prepare: (sandbox) => parentOf(sandbox, 0o777),
    says: /parent.*every user/s,
  },
  {
    what: "a parent that a group can write",
    prepare: (sandbox) => parentOf(sandbox, 0o775, 0, GROUP),
    says: /parent.*group 4600/s,
  },
  {
    what: "a link of another user",
    prepare: (sandbox, cache) => linkTo(cache, sandbox.path("link"), STRANGER),
    says: /link.*uid 4501/s,
  },
  {
    what: "a link of root's into a directory of another user",
    prepare: async (sandbox) =>
      await linkTo(await parentOf(sandbox, 0o755, STRANGER), sandbox.path("link"), 0),
    says: /parent.*uid 4501/s,
  },
  {
    what: "a plan of another user",
    prepare: async (_, cache) => {
      const plan = only(only(`${cache}/v1/plans`));
      await Deno.writeTextFile(plan, "what the other user wants");
      await chown(plan, STRANGER);
    },
    says: /plans.*uid 4501/s,
  },
  { what: "a parent with the sticky bit", prepare: (sandbox) => parentOf(sandbox, 0o1777) },
  {
    what: "a root with the sticky bit",
    prepare: (_, cache) => Deno.chmod(cache, 0o1777),
  },
  {
    what: "a link of root's",
    prepare: (sandbox, cache) => linkTo(cache, sandbox.path("link"), 0),
  },
  {
    what: "a root that root's group can write",
    prepare: (_, cache) => Deno.chmod(cache, 0o775),
  },
];

for (const { what, prepare, says } of SITUATIONS) {
  e2e(`edgeboot ${says ? "refuses with 77" : "starts from"} ${what}`, needsRoot, async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("hello", HELLO, { entrypoint: { module: "hello" } });
    assertEquals((await sandbox.edgeboot(["fetch", "hello"])).code, 0);
    const cache = await prepare(sandbox, sandbox.cache) ?? sandbox.cache;
    const ended = await sandbox.edgeboot(["run", "hello"], { cache });
    if (says === undefined) {
      return assertEquals([ended.code, ended.stdout], [0, "hello\n"], ended.stderr);
    }
    assertEquals([ended.code, ended.stdout], [77, ""], ended.stderr);
    assertMatch(ended.stderr, says);
    const trusting = await sandbox.edgeboot(["run", "--trusted-uids", "any", "hello"], { cache });
    assertEquals([trusting.code, trusting.stdout], [0, "hello\n"], trusting.stderr);
  });
}

e2e("edgeboot believes a listed user's release by its digest alone", needsRoot, async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("hello", HELLO, { entrypoint: { module: "hello" } });
  assertEquals((await sandbox.edgeboot(["fetch", "hello"])).code, 0);
  await output("chown", ["-R", String(STRANGER), sandbox.cache]);
  const run = () =>
    sandbox.edgeboot(["run", "--offline", "--trusted-uids", String(STRANGER), "hello"]);
  assertEquals((await run()).stdout, "hello\n");
  const release = await releaseIn(sandbox.cache);
  const text = await Deno.readTextFile(release);
  await Deno.writeTextFile(release, text.replace(/"version":\s*"[^"]*"/, '"version":"9"'));
  const changed = await run();
  assertEquals([changed.code, changed.stdout], [69, ""], "not what its name says: not there");
});

e2e("edgeboot cache gc removes nothing from a cache of another user", needsRoot, async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("hello", HELLO, { entrypoint: { module: "hello" } });
  assertEquals((await sandbox.edgeboot(["fetch", "hello"])).code, 0);
  await output("chown", ["-R", String(STRANGER), sandbox.cache]);
  const trees = () => [...Deno.readDirSync(`${sandbox.cache}/v1/trees/sha256`)].length;
  const collect = ["cache", "gc", "--keep", "0", "--max-size", "0"];
  assertEquals([(await sandbox.edgeboot(collect)).code, trees()], [77, 1]);
  assertEquals((await sandbox.edgeboot([...collect, "--dry-run"])).code, 0);
  const env = { EDGEBOOT_TRUSTED_UIDS: String(STRANGER) };
  assertEquals([(await sandbox.edgeboot(collect, { env })).code, trees()], [0, 0]);
});

const withoutPrivileges = await needsProgram("setpriv", "--version");

e2e(
  "edgeboot waits for no lock and no lease that another user holds",
  firstOf(needsRoot, withoutPrivileges, await needsProgram("flock", "--version")),
  async () => {
    await using sandbox = await Sandbox.create();
    const { sha256 } = await sandbox.publish("hello", HELLO, { entrypoint: { module: "hello" } });
    assertEquals((await sandbox.edgeboot(["fetch", "hello"])).code, 0);
    const hold = (path: string) =>
      new Deno.Command("setpriv", {
        args: [
          ...["--reuid", String(STRANGER), "--regid", String(STRANGER), "--clear-groups"],
          ...["flock", "-F", "-x", path, "sleep", "60"],
        ],
        stdin: "null",
      }).spawn();
    const run = () => sandbox.edgeboot(["run", "--lock-timeout", "5s", "hello"]);
    const lease = hold(`${sandbox.cache}/v1/leases/sha256/${sha256}`);
    try {
      await new Promise((done) => setTimeout(done, 300));
      assertEquals((await run()).stdout, "hello\n");
    } finally {
      lease.kill("SIGKILL");
      await lease.status;
    }
    await output("chmod", ["-R", "u+w", `${sandbox.cache}/v1/trees`]);
    await Deno.remove(`${sandbox.cache}/v1/trees/sha256/${sha256}`, { recursive: true });
    const left = `${sandbox.cache}/v1/locks/${sha256}`;
    await Deno.writeTextFile(left, "", { mode: 0o644 });
    const lock = hold(left);
    try {
      await new Promise((done) => setTimeout(done, 300));
      const ended = await run();
      assertEquals([ended.code, ended.stdout], [0, "hello\n"], ended.stderr);
      assert(!ended.stderr.includes("waiting"), ended.stderr);
    } finally {
      lock.kill("SIGKILL");
      await lock.status;
    }
  },
);

const PIPES: [what: string, args: (pipe: string, sandbox: Sandbox) => Promise<string[]>][] = [
  ["the configuration file", (pipe) => Promise.resolve(["--config", pipe, "hello"])],
  ["a bundle", (pipe) => Promise.resolve(["--bundle", pipe, "--sha256", "0".repeat(64)])],
  ["a release in the registry", async (pipe, sandbox) => {
    const release = `${sandbox.registry}/apps/hello/stable.json`;
    await Deno.remove(release);
    await Deno.rename(pipe, release);
    return ["hello"];
  }],
];

for (const [what, args] of PIPES) {
  e2e(`edgeboot waits for no pipe in the place of ${what}`, undefined, async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("hello", HELLO, { entrypoint: { module: "hello" } });
    const pipe = sandbox.path("pipe");
    await output("mkfifo", [pipe]);
    const arranged = await args(pipe, sandbox);
    const ended = await sandbox.edgeboot(["run", ...arranged]);
    assert(ended.code !== 0, ended.stderr);
    assertStringIncludes(ended.stderr, "regular file");
  });
}

e2e("edgeboot waits for no pipe in the place of a token", undefined, async () => {
  await using sandbox = await Sandbox.create();
  const pipe = sandbox.path("pipe");
  await output("mkfifo", [pipe]);
  const env = { EDGEBOOT_TOKEN_FILE: pipe };
  const ended = await sandbox.edgeboot(["run", "hello"], { env });
  assertEquals(ended.code, 78, ended.stderr);
  assertStringIncludes(ended.stderr, "no regular file");
});

e2e(
  "edgeboot run starts when pipes lie in the place of a ref, a release and a lease",
  undefined,
  async () => {
    await using sandbox = await Sandbox.create();
    const { sha256 } = await sandbox.publish("hello", HELLO, { entrypoint: { module: "hello" } });
    assertEquals((await sandbox.edgeboot(["fetch", "hello"])).code, 0);
    for (
      const path of [
        only(only(only(`${sandbox.cache}/v1/refs`))),
        only(`${sandbox.cache}/v1/releases/sha256`),
        `${sandbox.cache}/v1/leases/sha256/${sha256}`,
      ]
    ) {
      await Deno.remove(path);
      await output("mkfifo", [path]);
      await Deno.chmod(path, 0o644);
      const ended = await sandbox.edgeboot(["run", "hello"]);
      assertEquals([ended.code, ended.stdout], [0, "hello\n"], `${path}: ${ended.stderr}`);
    }
  },
);

e2e(
  "edgeboot names the owner of a configuration file that is not the user's",
  firstOf(needsRoot, withoutPrivileges),
  async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("hello", HELLO, { entrypoint: { module: "hello" } });
    const config = sandbox.path("c.toml");
    await Deno.writeTextFile(config, "offline = false\n");
    await Deno.chown(config, STRANGER, STRANGER);
    const args = ["run", "--config", config, "hello"];
    const asRoot = await sandbox.edgeboot(args);
    assertEquals([asRoot.code, asRoot.stdout], [77, ""]);
    assertStringIncludes(asRoot.stderr, `uid ${STRANGER}`);
    const trusting = await sandbox.edgeboot([
      ...args.slice(0, 1),
      "--trusted-uids",
      String(STRANGER),
      ...args.slice(1),
    ]);
    assertEquals(trusting.stdout, "hello\n", trusting.stderr);
    await output("chown", ["-R", "4502:4502", sandbox.root]);
    await Deno.chown(config, STRANGER, STRANGER);
    const user = ["--reuid", "4502", "--regid", "4502", "--clear-groups"];
    const env = sandbox.environment();
    const asUser = await command("setpriv", [...user, BINARY, ...args], { env, clearEnv: true });
    assertEquals([asUser.code, asUser.stdout.split("\n")[0]], [0, "hello"], asUser.stderr);
    assertStringIncludes(
      asUser.stderr,
      `warning: the configuration file ${config} may not be yours`,
    );
  },
);
