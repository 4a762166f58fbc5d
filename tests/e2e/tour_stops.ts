import { LockHolder } from "../support/lock_holder.ts";
import { BINARY } from "./support/binary.ts";
import { command, output } from "./support/command.ts";
import { firstOf, needsProgram, needsRoot } from "./support/e2e.ts";
import { type EdgebootOptions, type Sandbox, sha256 } from "./support/sandbox.ts";
import { PYTHON } from "./support/python.ts";
import { deadUrl, StaticServer } from "./support/server.ts";

/** One way to be refused, set up for real. Long because it is a table of situations. */
export interface Stop {
  readonly what: string;
  readonly exit: number;
  readonly code: string;
  /** What the text must name: the app, the URL or path, the digest. */
  readonly names: readonly RegExp[];
  readonly missing?: string | undefined;
  /** Whatever needs an end goes onto the stack. */
  readonly scene: (sandbox: Sandbox, stack: AsyncDisposableStack) => Promise<Scene> | Scene;
}

export interface Scene extends EdgebootOptions {
  readonly args: readonly string[];
  /** What runs edgeboot: `setpriv …`. */
  readonly under?: readonly string[];
}

const HEX = "ab".repeat(32);
const RUN = { args: ["run", "web"] } as const;
const START = { entrypoint: { module: "web" } };
const WEB = { "web.py": "print('up')\n" };
const RELEASE = {
  ...{ schema: "edgeboot.release/v1", app: "web", version: "1", layers: [{ sha256: HEX }] },
  ...START,
};

const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
const needsNobody = firstOf(
  needsRoot,
  await needsProgram("setpriv", "--version"),
  await needsProgram(NOBODY[0]!, ...NOBODY.slice(1), BINARY, "version"),
);
const needsMount = firstOf(needsRoot, await needsMounting());

async function needsMounting(): Promise<string | undefined> {
  const { code } = await command("unshare", ["--mount", "mount", "-t", "tmpfs", "none", "/mnt"]);
  return code === 0 ? undefined : "nothing can be mounted here";
}

/** A registry with credentials in its URL, that nobody may get to see. */
function served(sandbox: Sandbox, stack: AsyncDisposableStack): StaticServer & { secret: string } {
  const server = stack.use(new StaticServer(sandbox.registry));
  return Object.assign(server, { secret: server.url.replace("//", "//joe:hunter2@") });
}

const answers = (status: number) => async (sandbox: Sandbox, stack: AsyncDisposableStack) => {
  await Promise.resolve();
  const server = served(sandbox, stack);
  server.answer(() => new Response("no\n", { status }));
  return { ...RUN, registry: server.secret };
};

const published = (release: object, rest: Partial<Scene> = {}) => async (sandbox: Sandbox) => {
  await sandbox.publish("web", WEB, release);
  return { ...RUN, ...rest };
};

export const STOPS: readonly Stop[] = [
  {
    ...{ what: "an option is mistyped", exit: 64, code: "USAGE" },
    names: [/--offlin"/, /did you mean --offline/, /edgeboot help run/],
    scene: () => ({ args: ["run", "--offlin", "web"] }),
  },
  {
    ...{ what: "a command is mistyped", exit: 64, code: "USAGE" },
    names: [/"rum"/, /did you mean run/],
    scene: () => ({ args: ["rum", "web"] }),
  },
  {
    ...{ what: "a command is unknown", exit: 64, code: "USAGE" },
    names: [/"frobnicate"/, /run, exec, fetch/],
    scene: () => ({ args: ["frobnicate"] }),
  },
  {
    ...{ what: "an app ID is none", exit: 64, code: "APP_ID_INVALID" },
    names: [/"Billing_API"/],
    scene: () => ({ args: ["run", "Billing_API"] }),
  },
  {
    ...{
      what: "the app is missing",
      exit: 64,
      code: "USAGE",
      names: [/edgeboot run \[OPTIONS\] APP/],
    },
    scene: () => ({ args: ["run"] }),
  },
  {
    ...{ what: "a layer is an HTML page", exit: 65, code: "DIGEST_MISMATCH" },
    names: [/web/, /http:\/\/127[^ ]+\/blobs\/sha256\//, /an HTML page/, /abab/],
    scene: async (sandbox, stack) => {
      await sandbox.release("web", "stable", RELEASE);
      await sandbox.write("registry/blobs/sha256", {
        [HEX]: "<!doctype html><title>Sign in</title>",
      });
      return { ...RUN, registry: served(sandbox, stack).secret };
    },
  },
  {
    ...{ what: "an archive leaves its directory", exit: 65, code: "ARCHIVE_HOSTILE" },
    names: [/\.\.\/evil/, /[0-9a-f]{12}/],
    scene: async (sandbox) => {
      const file = sandbox.path("files/evil.tar");
      const program = "import io, sys, tarfile\n" +
        "with tarfile.open(sys.argv[1], 'w') as t: t.addfile(tarfile.TarInfo('../evil'))\n";
      await output(PYTHON.path, ["-I", "-c", program, file]);
      const digest = await sha256(await Deno.readFile(file));
      return { args: ["run", "--bundle", file, "--sha256", digest] };
    },
  },
  {
    ...{ what: "an archive was cut", exit: 65, code: "ARCHIVE_BROKEN", names: [/cut\.zip/] },
    scene: async (sandbox) => {
      const whole = await Deno.readFile(await sandbox.archive({ "web.py": "x = 1\n".repeat(99) }));
      const cut = whole.slice(0, whole.length / 2);
      await Deno.writeFile(sandbox.path("files/cut.zip"), cut);
      const args = [
        "run",
        "--bundle",
        sandbox.path("files/cut.zip"),
        "--sha256",
        await sha256(cut),
      ];
      return { args };
    },
  },
  {
    ...{ what: "a release is not valid", exit: 65, code: "RELEASE_INVALID" },
    names: [/web@stable/, /layers\[0\]\.sha256/],
    scene: async (sandbox) => {
      await sandbox.release("web", "stable", { ...RELEASE, layers: [{ sha256: "xyz" }] });
      return RUN;
    },
  },
  {
    ...{ what: "a layer unpacks to more than is allowed", exit: 65, code: "BUDGET_EXCEEDED" },
    names: [/web/, /[0-9a-f]{12}/, /--max-unpacked-size/],
    scene: async (sandbox) => {
      await sandbox.publish("web", { "big.txt": "x".repeat(100_000) }, START);
      return { args: ["run", "--max-unpacked-size", "10kB", "web"] };
    },
  },
  {
    ...{ what: "nothing listens at the registry", exit: 69, code: "REGISTRY_UNREACHABLE" },
    names: [/web/, /http:\/\/127[^ ]+\/apps\/web\/stable\.json/, /refused/],
    scene: () => ({ ...RUN, registry: deadUrl().replace("//", "//joe:hunter2@") }),
  },
  {
    ...{ what: "the registry answers 503", exit: 69, code: "REGISTRY_UNREACHABLE" },
    names: [/web/, /503/, /http:\/\/127/],
    scene: answers(503),
  },
  {
    ...{ what: "a layer is not there", exit: 69, code: "BLOB_MISSING" },
    names: [/web/, /blobs\/sha256\/abab/],
    scene: async (sandbox, stack) => {
      await sandbox.release("web", "stable", RELEASE);
      return { ...RUN, registry: served(sandbox, stack).secret };
    },
  },
  {
    ...{ what: "nothing is cached and --offline is given", exit: 69, code: "OFFLINE" },
    names: [/web/, /cache/, /edgeboot fetch|--offline/],
    scene: published(START, { args: ["run", "--offline", "web"] }),
  },
  {
    ...{ what: "the C library cannot be opened", exit: 70, code: "INTERNAL" },
    ...{ names: [/C library/, /-vv/], missing: needsMount },
    // The dynamic linker has a copy of its own; FFI finds an empty file.
    scene: async (sandbox) => {
      await sandbox.publish("web", WEB, START);
      const path = `/usr/lib/${Deno.build.arch}-linux-gnu/libc.so.6`;
      await Deno.copyFile(path, sandbox.path("files/libc.so.6"));
      const hide = `mount --bind /dev/null ${path} && LD_LIBRARY_PATH=${
        sandbox.path("files")
      } exec "$@"`;
      return { ...RUN, under: ["unshare", "--mount", "sh", "-c", hide, "sh"] };
    },
  },
  {
    ...{ what: "the cache lies below a file", exit: 73, code: "CACHE_UNWRITABLE" },
    names: [/regular\/cache/, /--cache|EDGEBOOT_CACHE/],
    scene: async (sandbox) => {
      await sandbox.publish("web", WEB, START);
      await Deno.writeTextFile(sandbox.path("files/regular"), "");
      return { ...RUN, cache: sandbox.path("files/regular/cache") };
    },
  },
  {
    ...{ what: "another user owns the cache", exit: 73, code: "CACHE_UNWRITABLE" },
    ...{ names: [/\/cache/], missing: needsNobody },
    scene: async (sandbox) => {
      await sandbox.publish("web", WEB, START);
      await Deno.mkdir(sandbox.cache, { mode: 0o755 });
      return { ...RUN, under: NOBODY, env: { EDGEBOOT_PYTHON: PYTHON.path }, cwd: "/" };
    },
  },
  {
    ...{ what: "the disk is full", exit: 74, code: "DISK_FULL" },
    ...{ names: [/web/, /\/cache/, /edgeboot cache gc|--cache/], missing: needsMount },
    scene: async (sandbox, stack) => {
      const bytes = crypto.getRandomValues(new Uint8Array(49_152));
      const text = Array.from({ length: 40 }, () => bytes.toBase64()).join("\n");
      await sandbox.publish("web", { ...WEB, "data.txt": text }, START);
      await Deno.mkdir(sandbox.cache);
      await output("mount", ["-t", "tmpfs", "-o", "size=1m", "none", sandbox.cache]);
      stack.defer(async () => void await command("umount", ["-l", sandbox.cache]));
      return RUN;
    },
  },
  {
    ...{ what: "a layer asked for is not in the cache", exit: 69, code: "TREE_NOT_CACHED" },
    names: [/abab/, /\/cache/, /edgeboot cache list/],
    scene: () => ({ args: ["cache", "path", HEX] }),
  },
  {
    ...{ what: "somebody else fetches the layer for ever", exit: 75, code: "LOCK_TIMEOUT" },
    ...{ names: [/web|layer/, /[0-9a-f]{12}/, /--lock-timeout/] },
    missing: await needsProgram("flock", "--version"),
    scene: async (sandbox, stack) => {
      const { sha256 } = await sandbox.publish("web", WEB, START);
      await Deno.mkdir(`${sandbox.cache}/v1/locks`, { recursive: true });
      const lock = `${sandbox.cache}/v1/locks/${sha256}`;
      await Deno.writeTextFile(lock, "", { mode: 0o600 });
      stack.use(await LockHolder.hold(lock, "exclusive"));
      return { args: ["run", "--lock-timeout", "300ms", "web"] };
    },
  },
  {
    ...{ what: "the registry answers 401", exit: 77, code: "REGISTRY_DENIED" },
    names: [/web/, /401/, /http:\/\/127/, /EDGEBOOT_TOKEN/],
    scene: answers(401),
  },
  {
    ...{ what: "the registry answers 403", exit: 77, code: "REGISTRY_DENIED" },
    names: [/web/, /403/, /http:\/\/127/],
    scene: answers(403),
  },
  {
    ...{ what: "the registry's files cannot be read", exit: 77, code: "PERMISSION_DENIED" },
    ...{ names: [/apps\/web\/stable\.json/], missing: needsNobody },
    scene: async (sandbox) => {
      await sandbox.publish("web", WEB, START);
      await Deno.chmod(`${sandbox.registry}/apps/web/stable.json`, 0o600);
      const env = { EDGEBOOT_PYTHON: PYTHON.path };
      return { ...RUN, under: NOBODY, cache: "/tmp/edgeboot-tour-nobody", env, cwd: "/" };
    },
  },
  {
    ...{ what: "no registry is configured", exit: 78, code: "REGISTRY_UNSET" },
    names: [/EDGEBOOT_REGISTRY/],
    scene: () => ({ ...RUN, registry: "" }),
  },
  {
    ...{ what: "there is no such app", exit: 78, code: "APP_UNKNOWN" },
    names: [/wbe/, /web, worker/],
    scene: async (sandbox) => {
      for (const app of ["web", "worker"]) await sandbox.publish(app, WEB, START);
      return { args: ["run", "wbe"] };
    },
  },
  {
    ...{ what: "a server has no such app", exit: 78, code: "REF_UNKNOWN" },
    names: [/wbe/, /http:\/\/127[^ ]+\/apps\/wbe\/stable\.json/],
    scene: (sandbox, stack) => ({ args: ["run", "wbe"], registry: served(sandbox, stack).secret }),
  },
  {
    ...{ what: "no variant fits", exit: 78, code: "VARIANT_UNFIT" },
    names: [/web/, /cp27/, /python/i],
    scene: async (sandbox) => {
      const variant = {
        python_tag: "cp27",
        abi: "none",
        platform: "any",
        layers: [{ sha256: HEX }],
      };
      const { app, version, schema } = RELEASE;
      await sandbox.release("web", "stable", { app, version, schema, variants: [variant] });
      return RUN;
    },
  },
  {
    ...{ what: "a system library is missing", exit: 78, code: "VARIANT_UNFIT" },
    names: [/web/, /libnowhere\.so\.9/],
    scene: async (sandbox) => {
      const variant = {
        ...{ python_tag: "py3", abi: "none", platform: "any", layers: [{ sha256: HEX }] },
        system_libs: ["libnowhere.so.9"],
      };
      const { app, version, schema } = RELEASE;
      await sandbox.release("web", "stable", { app, version, schema, variants: [variant] });
      return RUN;
    },
  },
  {
    ...{ what: "the configuration file has a bad key", exit: 78, code: "CONFIG_INVALID" },
    names: [/config\.toml/, /"regsitry"/],
    scene: async (sandbox) => {
      const files = await sandbox.write("files", { "config.toml": 'regsitry = "/srv"\n' });
      return { args: ["run", "--config", `${files}/config.toml`, "web"] };
    },
  },
  {
    ...{ what: "a variable has a bad value", exit: 78, code: "CONFIG_INVALID" },
    names: [/EDGEBOOT_REFRESH/, /"often"/, /30s/],
    scene: () => ({ ...RUN, env: { EDGEBOOT_REFRESH: "often" } }),
  },
  {
    ...{ what: "Python cannot be executed", exit: 126, code: "PYTHON_NOT_EXECUTABLE" },
    names: [/bin\/data/, /not executable/],
    scene: async (sandbox) => {
      await sandbox.publish("web", WEB, START);
      const bin = await sandbox.write("bin", { data: "no program" });
      return { args: ["run", "--python", `${bin}/data`, "web"] };
    },
  },
  {
    ...{ what: "there is no such Python", exit: 127, code: "PYTHON_NOT_FOUND" },
    names: [/web/, /python9/, /--python/],
    scene: published(START, { args: ["run", "--python", "python9", "web"] }),
  },
  {
    ...{ what: "there is no such entry point", exit: 127, code: "ENTRY_POINT_UNKNOWN" },
    names: [/web/, /"?worker"?/],
    scene: published(START, { args: ["run", "--entry", "worker", "web"] }),
  },
];
