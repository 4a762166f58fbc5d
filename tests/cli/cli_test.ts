import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { BootAction } from "../../src/cli/action.ts";
import { runCli } from "../../src/cli/cli.ts";
import { refused } from "../../src/cli/refused.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { TOPICS } from "../../src/cli/help/topics.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import { denoHost } from "../../src/host/deno_host.ts";
import type { LaunchPlan } from "../../src/launch/plan.ts";
import { EXIT_CODES } from "../../src/model/errors.ts";
import { sha256, tarOf } from "../support/bundles.ts";
import { fakePython, testHost } from "../support/context.ts";
import { FakeRegistry } from "../support/fake_registry.ts";
import { FaultHost } from "../support/fault_host.ts";
import { sweep } from "../support/sweep.ts";
import { inTempDir } from "../support/temp.ts";

interface Ran {
  readonly action: BootAction;
  readonly code: number | undefined;
  readonly plan: LaunchPlan | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  args: string[],
  env: Record<string, string> = {},
  inner = denoHost,
): Promise<Ran> {
  const { host, stdout, stderr } = testHost(env, inner);
  const action = await runCli(args, host);
  return {
    action,
    code: action.kind === "exit" ? action.code : undefined,
    plan: action.kind === "exec" ? action.plan : undefined,
    stdout: stdout.join(""),
    stderr: stderr.join(""),
  };
}

/** Against a directory registry with `hello`, from an empty cache, by environment alone. */
function withHello(
  act: (
    run: (args: string[], env?: Record<string, string>) => Promise<Ran>,
    registry: FakeRegistry,
    dir: string,
  ) => Promise<void>,
): Promise<void> {
  return inTempDir(async (dir) => {
    const registry = new FakeRegistry(`${dir}/registry`);
    registry.publishHello();
    const { path, commands } = fakePython(dir);
    const settings = {
      EDGEBOOT_REGISTRY: registry.root,
      EDGEBOOT_CACHE: `${dir}/cache`,
      EDGEBOOT_PYTHON: path,
    };
    const inner = { ...denoHost, commands };
    await act((args, env = {}) => run(args, { ...settings, ...env }, inner), registry, dir);
  });
}

Deno.test("runCli run plans the exec and writes to stderr only", () =>
  withHello(async (run) => {
    const cold = await run(["run", "hello", "--x", "--", "-v"]);
    assertEquals(cold.plan!.argv.slice(3), ["-m", "hello", "--x", "--", "-v"]);
    assertEquals(cold.stdout, "");
    assertEquals(cold.stderr.split("\n").length, 3);
    const warm = await run(["run", "hello"]);
    assertEquals([warm.stdout, warm.stderr], ["", ""]);
  }));

Deno.test("runCli run takes the app from EDGEBOOT_APP and leaves every argument to it", () =>
  withHello(async (run) => {
    const { plan } = await run(["run", "--help", "--offline", "--"], { EDGEBOOT_APP: "hello" });
    assertEquals(plan!.argv.slice(-3), ["--help", "--offline", "--"]);
    assert(plan!.unset.has("EDGEBOOT_APP"));
  }));

Deno.test("runCli reports that the kernel refused the exec", () =>
  withHello(async (run) => {
    const { action } = await run(["run", "hello"]);
    if (action.kind !== "exec") throw new Error("no exec");
    const { host } = testHost();
    assertEquals(await refused(action, new Error("noexec"), host), { kind: "exit", code: 126 });
  }));

const USAGE: string[][] = [
  ["run"],
  ["run", "../x"],
  ["run", "A"],
  ["run", ""],
  ["run", "a@../x"],
  ["run", "--bundle", "a.zip"],
  ["run", "--sha256", "0".repeat(64)],
  ["run", "--bundle", "a.zip", "--sha256", "xyz"],
  ["run", "--no-such-flag", "a"],
  ["run", "--registry"],
  ["run", "--log", "xml", "a"],
  ["exec"],
  ["exec", "hello"],
  ["exec", "hello", "--"],
  ["fetch"],
  ["fetch", "--bundle", "a.zip", "--sha256", "0".repeat(64), "hello"],
  ["inspect"],
  ["inspect", "a", "b"],
  ["cache"],
  ["cache", "drop"],
  ["cache", "path", "xyz"],
  ["cache", "list", "more"],
  ["help", "no-such-topic"],
  ["no-such-command"],
  ["--no-such-flag"],
];

for (const args of USAGE) {
  Deno.test(`runCli ends with 64 and one clear error when called with ${JSON.stringify(args)}`, () =>
    inTempDir(async (dir) => {
      const ran = await run(args, { EDGEBOOT_REGISTRY: dir, EDGEBOOT_CACHE: `${dir}/c` });
      assertEquals([ran.code, ran.stdout], [64, ""]);
      assertEquals(ran.stderr.match(/^edgeboot: error: /gm)?.length, 1, ran.stderr);
      assert(/^ {2}why: {2}\S/m.test(ran.stderr) && /^ {2}next: \S/m.test(ran.stderr), ran.stderr);
      assert(!ran.stderr.includes("    at "), ran.stderr);
      assertEquals([...Deno.readDirSync(dir)], []);
    }));
}

Deno.test("runCli ends with 78 when no registry is configured", () =>
  inTempDir(async (dir) => {
    const { code, stderr } = await run(["run", "hello"], { EDGEBOOT_CACHE: dir });
    assertEquals(code, 78);
    assertStringIncludes(stderr, "EDGEBOOT_REGISTRY");
  }));

Deno.test("runCli writes errors as JSON when EDGEBOOT_LOG says so", () =>
  withHello(async (run) => {
    const { code, stderr } = await run(["run", "nobody"], { EDGEBOOT_LOG: "json" });
    const record = JSON.parse(stderr);
    assertEquals([code, record.code, record.exit, record.app], [78, "APP_UNKNOWN", 78, "nobody"]);
  }));

Deno.test("runCli shows no password of a registry's URL, whatever goes wrong", () =>
  inTempDir(async (dir) => {
    const EDGEBOOT_CACHE = `${dir}/c`;
    for (
      const url of [
        "http://me:hunter2@127.0.0.1:9/r",
        "ftp://me:hunter2@h/",
        "http://me:hunter2@h h/",
      ]
    ) {
      const { code, stderr } = await run(["run", "-vv", "--refresh", "never", "hello"], {
        EDGEBOOT_REGISTRY: url,
        EDGEBOOT_CACHE,
        EDGEBOOT_OFFLINE: "1",
      });
      assert(code === 78 || code === 69, stderr);
      assert(!stderr.includes("hunter2"), stderr);
    }
  }));

Deno.test("runCli sends the registry's token to the registry and not to a bundle's host", () =>
  inTempDir(async (dir) => {
    const registry = new FakeRegistry(`${dir}/registry`);
    const bytes = tarOf({ "__main__.py": "" });
    registry.putBlob(bytes);
    await using served = registry.serve();
    await using other = registry.serve();
    const { path, commands } = fakePython(dir);
    const fetch = (registryUrl: string, bundleHost: string, cache: string) =>
      run([
        "fetch",
        "--bundle",
        `${bundleHost}/blobs/sha256/${sha256(bytes)}`,
        "--sha256",
        sha256(bytes),
      ], {
        EDGEBOOT_CACHE: `${dir}/${cache}`,
        EDGEBOOT_PYTHON: path,
        EDGEBOOT_TOKEN: "t0k",
        EDGEBOOT_REGISTRY: registryUrl,
      }, { ...denoHost, commands });
    assertEquals((await fetch(served.url, other.url, "a")).code, 0);
    assertEquals((await fetch(registry.root, other.url, "b")).code, 0);
    assertEquals(other.requests.map(({ headers }) => headers.get("authorization")), [null, null]);
    assertEquals((await fetch(served.url, served.url, "c")).code, 0);
    assertEquals(served.requests[0]!.headers.get("authorization"), "Bearer t0k");
  }));

Deno.test("runCli fetch prints JSON on stdout only when asked", () =>
  withHello(async (run) => {
    const quiet = await run(["fetch", "hello"]);
    assertEquals([quiet.code, quiet.stdout], [0, ""]);
    const json = await run(["fetch", "hello", "--json"]);
    const { apps: [{ label, fetched_layers, trees }] } = JSON.parse(json.stdout);
    assertEquals([label, fetched_layers, trees.length], ["hello@stable", 0, 2]);
  }));

Deno.test("runCli cache list and path show what was fetched", () =>
  withHello(async (run, _registry, dir) => {
    assertEquals((await run(["cache", "list"])).stdout, "the cache is empty\n");
    await run(["fetch", "hello"]);
    const { stdout } = await run(["cache", "list"]);
    assertEquals(stdout.split("\n").length, 5, "a head, two trees, their sum");
    assertStringIncludes(stdout, "hello 1");
    assertEquals((await run(["cache", "path"])).stdout, `${dir}/cache\n`);
    const { trees: [tree] } = JSON.parse((await run(["cache", "list", "--json"])).stdout);
    assertEquals((await run(["cache", "path", tree.digest])).stdout, `${tree.path}\n`);
  }));

Deno.test("runCli inspect shows an app or a file", () =>
  withHello(async (run, registry) => {
    const text = await run(["inspect", "hello"]);
    assertStringIncludes(text.stdout, "release    hello@stable");
    assertStringIncludes(text.stdout, "not cached");
    const file = await run(["inspect", "--json", `${registry.root}/apps/hello/stable.json`]);
    assertEquals(JSON.parse(file.stdout).version, "1");
    assertEquals((await run(["inspect", "/no/such/file.json"])).code, 74);
  }));

Deno.test("runCli schema and version print what a program can read", async () => {
  const schema = await run(["schema"]);
  assertStringIncludes(JSON.parse(schema.stdout).$schema, "json-schema.org");
  assertEquals(schema.stderr, "");
  for (const args of [["version"], ["--version"], ["-V"]]) {
    assertStringIncludes((await run(args)).stdout, `deno ${Deno.version.deno}`);
  }
  const { version, commit, target } = JSON.parse((await run(["version", "--json"])).stdout);
  assert(version !== "" && commit !== "" && target === Deno.build.target);
});

Deno.test("runCli help covers every command, topic, setting and exit code", async () => {
  for (const args of [[], ["help"], ["--help"], ["-h"], ["-v"]]) {
    const { code, stdout } = await run(args);
    assertEquals(code, 0);
    for (const { name } of COMMANDS) assertStringIncludes(stdout, `\n  ${name}`);
  }
  for (const { name } of COMMANDS) {
    if (name === "help") continue;
    const help = await run(["help", name]);
    assertStringIncludes(help.stdout, `edgeboot ${name}`);
    assertEquals((await run([name, "--help"])).stdout, help.stdout);
  }
  const settings = (await run(["help", "settings"])).stdout;
  for (const { env } of SETTINGS) assertStringIncludes(settings, env);
  const codes = (await run(["help", "exit-codes"])).stdout;
  for (const code of Object.keys(EXIT_CODES)) assertStringIncludes(codes, code);
  assert(!codes.includes("undefined"));
  for (const topic of [...Object.keys(TOPICS), "archives"]) {
    const { code, stdout } = await run(["help", topic]);
    assertEquals([code, stdout.includes("undefined")], [0, false]);
    assert(stdout.split("\n").every((line) => [...line].length <= 90), `${topic} is too wide`);
  }
});

Deno.test("runCli never throws, whichever call of the file system fails", () =>
  withHello(async (_run, registry, dir) => {
    const { path, commands } = fakePython(dir);
    const attempt = (at: number, withErrno: "EIO" | "EACCES", cache: string) => {
      const fault = new FaultHost({ ...denoHost, commands }, { at, with: withErrno });
      return run(["run", "hello"], {
        EDGEBOOT_REGISTRY: registry.root,
        EDGEBOOT_CACHE: `${dir}/${cache}`,
        EDGEBOOT_PYTHON: path,
      }, fault.host).then((ran) => ({ ...ran, calls: fault.calls }));
    };
    const { calls } = await attempt(Infinity, "EIO", "counted");
    for (const errno of ["EIO", "EACCES"] as const) {
      for (const at of sweep(calls.length)) {
        const { code, stderr } = await attempt(at, errno, `${errno}-${at}`);
        const known = [undefined, 65, 69, 73, 74, 77, 78, 126];
        assert(known.includes(code), `${at} ${calls[at - 1]}: ${code} ${stderr}`);
        assert(!stderr.includes("    at "), stderr);
      }
    }
  }));

const REFUSALS: [args: string[], says: string][] = [
  [["init"], "a kind is missing: there are docker, kubernetes, systemd"],
  [["init", "dokcer"], "did you mean docker?"],
  [
    ["init", "docker", "--volume", "node"],
    "--volume goes with `init kubernetes`, not with `init docker`",
  ],
  [["init", "docker", "a", "b"], '"b" is one argument too many'],
  [["init", "kubernetes"], "APP[@REF] is missing"],
  [["schema", "lgo"], "did you mean log?"],
  [["schema", "xyz"], "there are release, channel, index, log, timings, fetch"],
  [["completions"], "a shell is missing: there are bash, zsh, fish, candidates"],
  [["completions", "fihs"], "did you mean fish?"],
  [["cache", "lst"], "did you mean list?"],
  [["cache"], "a verb is missing: there are list, gc, path"],
  [["cache", "list", "x"], '"x" is one argument too many: edgeboot cache list'],
  [["billing-api"], "`edgeboot run billing-api`"],
];

for (const [args, says] of REFUSALS) {
  Deno.test(`edgeboot ${args.join(" ")} ends with 64 and says: ${says}`, async () => {
    const { code, stdout, stderr } = await run(args);
    assertEquals([code, stdout], [64, ""]);
    assertStringIncludes(stderr, says);
  });
}

Deno.test("edgeboot init docker prints the registry of the settings without its credentials", async () => {
  const registry = "https://me:secret@bundles.example.com/x";
  const { code, stdout } = await run(["init", "docker"], { EDGEBOOT_REGISTRY: registry });
  assertEquals(code, 0);
  assertStringIncludes(stdout, "\nENV EDGEBOOT_REGISTRY=https://bundles.example.com/x\n");
});
