/** Environments where the cache is not as usual: read-only, another user's, without links, on an overlay. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { BINARY } from "../support/binary.ts";
import { command, output } from "../support/command.ts";
import { e2e, firstOf, needsProgram, needsRoot } from "../support/e2e.ts";
import { PYTHON } from "../support/python.ts";
import { type Files, Sandbox } from "../support/sandbox.ts";

const SITE = `lib/python${PYTHON.version}/site-packages`;
const DAEMON = `
import os, sys, dep
os.closerange(3, 1000)
print(sys.prefix, dep.__file__, flush=True)
sys.stdin.readline()
import own_late, pkg.late
print(pkg.late.WHO, flush=True)
`;
const DEPS = { "dep.py": "", "pkg/__init__.py": "", "pkg/late.py": "WHO = 'late'\n" };

/** An app with dependencies, in the cache. */
async function fetched(app: Files = { "m.py": DAEMON, "own_late.py": "" }): Promise<Sandbox> {
  const sandbox = await Sandbox.create();
  const layer = async (kind: string, files: Files) => ({
    kind,
    sha256: (await sandbox.blob(await sandbox.archive(files))).sha256,
  });
  await sandbox.release("app", "stable", {
    ...{ schema: "edgeboot.release/v1", app: "app", version: "1", entrypoint: { module: "m" } },
    layers: [await layer("app", app), await layer("deps", DEPS)],
  });
  const { code, stderr } = await sandbox.edgeboot(["fetch", "app"]);
  assertEquals(code, 0, stderr);
  return sandbox;
}

/** The only environment in a cache. */
function environmentIn(cache: string): string {
  const [found, another] = [...Deno.readDirSync(`${cache}/v1/environments`)];
  assertEquals(another, undefined);
  return `${cache}/v1/environments/${found!.name}`;
}

interface Started {
  readonly prefix: string;
  readonly dep: string;
  /** Lets it go on, and returns what it says then. */
  readonly end: () => Promise<string>;
}

async function start(
  program: string,
  args: string[],
  env: Record<string, string>,
): Promise<Started> {
  const child = new Deno.Command(program, {
    ...{ args, env, clearEnv: true, stdin: "piped", stdout: "piped", stderr: "inherit", cwd: "/" },
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const [prefix, dep] = ((await reader.read()).value ?? "").trim().split(" ");
  const end = async () => {
    await child.stdin.close();
    const said = (await reader.read()).value ?? "";
    await reader.cancel();
    await child.status;
    return said.trim();
  };
  return { prefix: prefix!, dep: dep!, end };
}

const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups"];
const needsNobody = firstOf(
  needsRoot,
  await needsProgram("setpriv", ...NOBODY, PYTHON.path, "-I", "-c", "pass"),
);
const needsMount = firstOf(needsRoot, await needsProgram("unshare", "-m", "true"));

e2e(
  "an environment in $TMPDIR keeps the trees of the cache, also for a daemon and a collector elsewhere",
  firstOf(needsNobody, await needsProgram("unshare", "-pf", "--mount-proc", "true")),
  async () => {
    await using sandbox = await fetched();
    await Deno.remove(environmentIn(sandbox.cache), { recursive: true });
    await Deno.chmod(sandbox.path("tmp"), 0o1777);
    const args = [...NOBODY, BINARY, "run", "app"];
    const app = await start("setpriv", args, sandbox.environment());
    assert(app.prefix.startsWith(`${sandbox.path("tmp")}/edgeboot-65534/`), app.prefix);
    // It sees no process of this namespace.
    const collect = [
      "-pf",
      "--mount-proc",
      BINARY,
      "cache",
      "gc",
      "--keep",
      "0",
      "--max-size",
      "0",
    ];
    const gc = await command("unshare", collect, { env: sandbox.environment(), clearEnv: true });
    const trees = () => [...Deno.readDirSync(`${sandbox.cache}/v1/trees/sha256`)].length;
    assertEquals(trees(), 2, gc.stdout + gc.stderr);
    assertEquals(await app.end(), "late");
    await sandbox.edgeboot(["cache", "gc", "--keep", "0", "--max-size", "0"]);
    assertEquals(trees(), 0, "nothing runs any more");
  },
);

const REMOUNT = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"';

e2e(
  "edgeboot run makes an environment in $TMPDIR for a read-only cache that has none, once",
  needsMount,
  async () => {
    await using sandbox = await fetched();
    await Deno.remove(environmentIn(sandbox.cache), { recursive: true });
    const readOnly = (...args: string[]) =>
      start("unshare", ["-m", "sh", "-c", REMOUNT, "sh", sandbox.cache, BINARY, ...args], {
        ...sandbox.environment(),
      });
    const inodes = new Set<number>();
    for (let time = 0; time < 2; time++) {
      const app = await readOnly("run", "app");
      assert(app.prefix.startsWith(sandbox.path("tmp")), app.prefix);
      assertEquals(app.dep, `${app.prefix}/${SITE}/dep.py`);
      assertEquals(Deno.lstatSync(app.dep).isSymlink, true);
      inodes.add(Deno.statSync(app.prefix).ino!);
      assertEquals(await app.end(), "late");
    }
    assertEquals(inodes.size, 1, "it is made anew");
  },
);

/** Mounts a cache that an image brings as the lower directory of an overlay, and starts in it. */
const OVERLAY = 'mkdir -p "$2" "$3" && mount -t overlay overlay ' +
  '-o "lowerdir=$1,upperdir=$2,workdir=$3" "$1" && shift 3 && exec "$@"';
const needsOverlay = firstOf(
  needsMount,
  await overlayMissing(),
);

async function overlayMissing(): Promise<string | undefined> {
  const dir = await Deno.makeTempDir({ dir: "/dev/shm" });
  const script = `mkdir ${dir}/l && set -- ${dir}/l ${dir}/u ${dir}/w true && ${OVERLAY}`;
  const { code, stderr } = await command("unshare", ["-m", "sh", "-c", script]);
  await Deno.remove(dir, { recursive: true });
  return code === 0 ? undefined : `there is no overlayfs: ${stderr.trim()}`;
}

e2e(
  "edgeboot run copies nothing up where an image brings the trees on a lower layer",
  needsOverlay,
  async () => {
    await using sandbox = await fetched();
    await Deno.remove(environmentIn(sandbox.cache), { recursive: true });
    const above = await Deno.makeTempDir({ dir: "/dev/shm", prefix: "eb-overlay-" });
    const [upper, work] = [`${above}/upper`, `${above}/work`];
    const args = [
      "-m",
      "sh",
      "-c",
      OVERLAY,
      "sh",
      sandbox.cache,
      upper,
      work,
      BINARY,
      "run",
      "app",
    ];
    const app = await start("unshare", args, sandbox.environment());
    assertStringIncludes(app.prefix, `${sandbox.cache}/v1/environments/`);
    assertEquals(await app.end(), "late");
    const made = environmentIn(upper);
    assertEquals(Deno.lstatSync(`${made}/${SITE}/dep.py`).isSymlink, true);
    const { stdout } = await command("find", [upper, "-type", "f", "-path", "*/trees/*"]);
    assertEquals(stdout, "", "a file of a tree was copied");
    const warm = await start("unshare", args, sandbox.environment());
    assertEquals([warm.prefix, await warm.end()], [app.prefix, "late"]);
    await output("rm", ["-rf", above]);
  },
);

e2e(
  "edgeboot run makes an environment of another user's trees where such links are forbidden",
  firstOf(needsNobody, await protectedLinks()),
  async () => {
    await using sandbox = await fetched();
    await Deno.remove(environmentIn(sandbox.cache), { recursive: true });
    // The trees are root's, which nobody may not link to; all else is nobody's.
    await output("chown", ["-R", "65534:65534", sandbox.cache]);
    const trees = `${sandbox.cache}/v1/trees/sha256`;
    for (const { name } of Deno.readDirSync(trees)) {
      await output("chown", ["-R", "0:0", `${trees}/${name}`]);
    }
    const args = [...NOBODY, BINARY, "run", "app"];
    const app = await start("setpriv", args, sandbox.environment());
    assertStringIncludes(app.prefix, `${sandbox.cache}/v1/environments/`);
    assertEquals(Deno.lstatSync(app.dep).isSymlink, true);
    assertEquals(await app.end(), "late");
    assertEquals(
      (await sandbox.edgeboot(["verify", "--all"], {
        env: { EDGEBOOT_TRUSTED_UIDS: "any" },
      })).code,
      0,
    );
  },
);

async function protectedLinks(): Promise<string | undefined> {
  const path = "/proc/sys/fs/protected_hardlinks";
  try {
    const value = (await Deno.readTextFile(path)).trim();
    return value === "1" ? undefined : `fs.protected_hardlinks is ${value}`;
  } catch {
    return `${path} cannot be read`;
  }
}

e2e(
  "console scripts start by run and exec in an image without a shell",
  needsMount,
  async () => {
    await using sandbox = await fetched({
      "m.py": "",
      "own_late.py": "",
      "a-1.dist-info/entry_points.txt": "[console_scripts]\ntool = tool:main\n",
      "tool.py": "import sys, dep\ndef main(): print(sys.argv[0][-9:], sys.argv[1:], sys.prefix)\n",
    });
    const environment = (await sandbox.edgeboot(["env", "app"])).stdout.trim();
    const shell = await Deno.realPath("/bin/sh");
    const hide = 'mount --bind /dev/null "$1" && shift && exec "$@"';
    for (
      const args of [["exec", "app", "tool", "a b"], [
        "run",
        "--entry",
        "console:tool",
        "app",
        "a b",
      ]]
    ) {
      const line = ["-m", "bash", "-c", hide, "bash", shell, BINARY, ...args];
      const { stdout, stderr } = await command("unshare", line, {
        env: sandbox.environment(),
        clearEnv: true,
      });
      assertEquals(stdout, `/bin/tool ['a b'] ${environment}\n`, stderr);
    }
  },
);

e2e(
  "edgeboot run works in a cache whose file system has no hard links",
  needsMount,
  async () => {
    // A bind mount of the trees is another mount: link(2) says EXDEV across mounts.
    await using sandbox = await fetched();
    await Deno.remove(environmentIn(sandbox.cache), { recursive: true });
    const bind = 'mount --bind "$1" "$1" && shift && exec "$@"';
    const trees = `${sandbox.cache}/v1/trees`;
    const args = ["-m", "sh", "-c", bind, "sh", trees, BINARY, "run", "app"];
    const app = await start("unshare", args, sandbox.environment());
    assertEquals(app.dep, `${environmentIn(sandbox.cache)}/${SITE}/dep.py`);
    assertEquals(Deno.lstatSync(app.dep).isSymlink, true);
    assertEquals(await app.end(), "late");
    assertEquals((await sandbox.edgeboot(["verify", "--all"])).code, 0);
  },
);
