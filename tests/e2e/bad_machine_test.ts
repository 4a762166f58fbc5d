import { assert, assertEquals, assertMatch } from "@std/assert";
import { BINARY } from "./support/binary.ts";
import { command } from "./support/command.ts";
import { e2e, firstOf, needsProgram, needsRoot } from "./support/e2e.ts";
import { PYTHON } from "./support/python.ts";
import { assertNothingLeft, assertRefused, assertText } from "./support/refusal.ts";
import { Sandbox } from "./support/sandbox.ts";

const WEB = { "web.py": "print('up')\n" };
const START = { entrypoint: { module: "web" } };
const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups"];

const needsNobody = firstOf(
  needsRoot,
  await needsProgram("setpriv", "--version"),
  await needsProgram("setpriv", ...NOBODY, PYTHON.path, "-I", "-c", "pass"),
  await needsProgram("setpriv", ...NOBODY, BINARY, "version"),
);

Deno.test("edgeboot run refuses with 127 when there is no Python of that name", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("web", WEB, START);
  const refusal = (says: RegExp) => ({ exit: 127, code: "PYTHON_NOT_FOUND", says });
  const flag = ["run", "--python", "/nowhere/python3", "web"];
  await assertRefused(sandbox, flag, refusal(/no \/nowhere\/python3 \(from --python\)/));
  const env = { EDGEBOOT_PYTHON: "python9" };
  await assertRefused(sandbox, ["run", "web"], refusal(/no python9 \(from EDGEBOOT_PYTHON\)/), {
    env,
  });
});

e2e(
  "edgeboot run refuses with 127 when the machine has no Python at all",
  firstOf(needsRoot, await needsProgram("unshare", "--mount", "true")),
  async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("web", WEB, START);
    await Deno.mkdir(sandbox.path("empty"));
    // In a mount namespace of its own, the well-known places are empty too.
    const hide =
      'for d in /usr/bin /usr/local/bin /opt; do mount --bind "$EMPTY" $d; done; exec "$@"';
    const env = {
      ...sandbox.environment(),
      EMPTY: sandbox.path("empty"),
      PATH: sandbox.path("empty"),
    };
    await Deno.link(BINARY, sandbox.path("edgeboot")).catch(() =>
      Deno.copyFile(BINARY, sandbox.path("edgeboot"))
    );
    const shell = ["/bin/sh", "-c", `PATH=/sbin:/bin:/usr/sbin:/usr/bin; ${hide}`, "sh"];
    const mount = await Deno.realPath("/bin/sh").then((sh) => sh.startsWith("/usr/bin"));
    // Where /bin is /usr/bin, mount itself would be hidden: /usr/bin goes last, in the same call.
    const hidden = mount
      ? shell.map((part) =>
        part.replace("/usr/bin /usr/local/bin /opt", "/usr/local/bin /opt /usr/bin")
      )
      : shell;
    const run = [sandbox.path("edgeboot"), "run", "web"];
    const ended = await command("/usr/bin/unshare", ["--mount", ...hidden, ...run], {
      ...{ env, clearEnv: true },
    });
    assertText(ended, {
      exit: 127,
      code: "PYTHON_NOT_FOUND",
      says: /no python3 on PATH, in the usual places/,
    });
    assertNothingLeft(sandbox.cache);
  },
);

Deno.test("edgeboot run refuses with 126 when Python cannot be executed or is something else", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("web", WEB, START);
  const bin = await sandbox.write("bin", {
    "data": "no program",
    "broken": "#!/nowhere/interpreter\n",
    "fails": "#!/bin/sh\necho oops >&2\nexit 3\n",
    "other": "#!/bin/sh\necho hello\n",
    "garbage": "\x7fELF garbage",
  });
  for (const name of ["broken", "fails", "other", "garbage"]) {
    await Deno.chmod(`${bin}/${name}`, 0o755);
  }
  const says: Record<string, RegExp> = {
    data: /it is not executable/,
    broken: /it cannot be executed/,
    fails: /it ended with status 3: oops/,
    other: /it ended with status 0: hello/,
    // execvp(3) hands what is no program to the shell.
    garbage: /it cannot be executed|it ended with status 127/,
    ".": /it is not a file/,
  };
  for (const [name, words] of Object.entries(says)) {
    const refusal = { exit: 126, code: "PYTHON_NOT_EXECUTABLE", says: words };
    await assertRefused(sandbox, ["run", "--python", `${bin}/${name}`, "web"], refusal);
  }
});

Deno.test("edgeboot run refuses with 73 when the cache lies below a regular file", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("web", WEB, START);
  await Deno.writeTextFile(sandbox.path("files/regular"), "");
  const refusal = {
    exit: 73,
    code: "CACHE_UNWRITABLE",
    says: /cannot write to the cache .+regular/,
  };
  await assertRefused(sandbox, ["run", "web"], refusal, {
    cache: sandbox.path("files/regular/cache"),
  });
  await assertRefused(sandbox, ["run", "web"], refusal, { cache: sandbox.path("files/regular") });
});

Deno.test("edgeboot run refuses with 78 when the cache's path has a colon", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("web", WEB, START);
  const refusal = { exit: 78, code: "CONFIG_INVALID", says: /PYTHONPATH separates/ };
  await assertRefused(sandbox, ["run", "web"], refusal, { cache: sandbox.path("a:b") });
});

async function asNobody(sandbox: Sandbox, args: readonly string[], cache = sandbox.cache) {
  const env = sandbox.environment({ cache });
  return await command("setpriv", [...NOBODY, BINARY, ...args], {
    ...{ env: { ...env, EDGEBOOT_PYTHON: PYTHON.path }, clearEnv: true, cwd: "/" },
  });
}

e2e("edgeboot run refuses with 73 when another user owns the cache", needsNobody, async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("web", WEB, START);
  await Deno.mkdir(sandbox.cache, { mode: 0o755 });
  const ended = await asNobody(sandbox, ["run", "web"]);
  assertText(ended, { exit: 73, code: "CACHE_UNWRITABLE", says: /cannot write to the cache/ });
  assertEquals([...Deno.readDirSync(sandbox.cache)], []);
});

e2e(
  "edgeboot run refuses with 77 when the registry's files cannot be read",
  needsNobody,
  async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("web", WEB, START);
    await Deno.chmod(`${sandbox.registry}/apps/web/stable.json`, 0o600);
    const ended = await asNobody(sandbox, ["run", "web"], sandbox.path("nobody"));
    assertText(ended, { exit: 77, code: "PERMISSION_DENIED", says: /cannot read .+stable\.json/ });
  },
);

e2e(
  "edgeboot run starts cold and warm when the user is nobody and has no home",
  needsNobody,
  async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("web", WEB, START);
    await Deno.chmod(sandbox.path("tmp"), 0o1777);
    const { EDGEBOOT_CACHE: _cache, HOME: _home, ...env } = sandbox.environment();
    const start = () =>
      command("setpriv", [...NOBODY, BINARY, "run", "web"], { env, clearEnv: true, cwd: "/" });
    const cold = await start();
    assertEquals([cold.code, cold.stdout], [0, "up\n"], cold.stderr);
    assertMatch(cold.stderr, /ready in/);
    const warm = await start();
    assertEquals([warm.code, warm.stdout, warm.stderr], [0, "up\n", ""]);
    assert(!(await start()).stderr.includes("fetching"));
  },
);
