import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { PYTHON } from "./support/python.ts";
import { assertText } from "./support/refusal.ts";
import { type EdgebootOptions, Sandbox } from "./support/sandbox.ts";
import { StaticServer } from "./support/server.ts";

const FILES = {
  "web.py": "import sys\nprint('up', *sys.argv[1:])\n",
  "other.py": "print('other')\n",
};
const START = { entrypoint: { module: "web" } };

/** Where the cache is, and by that which of the settings won. */
async function cachePath(sandbox: Sandbox, args: string[], options: EdgebootOptions = {}) {
  const ended = await sandbox.edgeboot(["cache", "path", ...args], options);
  assertEquals(ended.code, 0, ended.stderr);
  return ended.stdout.trim();
}

Deno.test("edgeboot takes a flag before a variable before the file before the default when all are given", async () => {
  await using sandbox = await Sandbox.create();
  const config = await sandbox.write("etc", {
    "config.toml": `cache = "${sandbox.path("from-file")}"\nlog-level = "warn"\noffline = false\n`,
  });
  const file = ["--config", `${config}/config.toml`];
  const blank = { cache: "" };
  assertEquals(
    await cachePath(sandbox, [...file, "--cache", sandbox.path("from-flag")]),
    sandbox.path("from-flag"),
  );
  assertEquals(await cachePath(sandbox, file), sandbox.cache);
  assertEquals(await cachePath(sandbox, file, blank), sandbox.path("from-file"));
  const variable = { ...blank, env: { EDGEBOOT_CONFIG: file[1]! } };
  assertEquals(await cachePath(sandbox, [], variable), sandbox.path("from-file"));
  assertEquals(await cachePath(sandbox, [], blank), sandbox.path("home/.cache/edgeboot"));
  assertEquals(await cachePath(sandbox, ["--cache", "relative"]), sandbox.path("relative"));
});

Deno.test("edgeboot looks for the cache in the order of the contract when none is named", async () => {
  await using sandbox = await Sandbox.create();
  const systemd = { CACHE_DIRECTORY: `${sandbox.path("systemd")}:${sandbox.path("second")}` };
  const xdg = { XDG_CACHE_HOME: sandbox.path("xdg") };
  const at = (env: Record<string, string>) => cachePath(sandbox, [], { cache: "", env });
  assertEquals(await at({ ...systemd, ...xdg }), sandbox.path("systemd"));
  assertEquals(await at(xdg), sandbox.path("xdg/edgeboot"));
  assertEquals(await at({}), sandbox.path("home/.cache/edgeboot"));
});

Deno.test("edgeboot refuses with 78 when the configuration file is bad", async () => {
  await using sandbox = await Sandbox.create();
  const files: [string, RegExp][] = [
    ["this is = = no toml", /cannot use the configuration file/],
    ['cashe = "/x"', /there is no setting "cashe"; there are registry, cache/],
    ["cache = 7", /cache must be a string/],
    ['refresh = "often"', /config\.toml must be always, never or a duration/],
  ];
  for (const [text, says] of files) {
    const config = `${await sandbox.write("etc", { "config.toml": text })}/config.toml`;
    const ended = await sandbox.edgeboot(["run", "--config", config, "web"]);
    assertText(ended, { exit: 78, code: "CONFIG_INVALID", says });
  }
  const missing = await sandbox.edgeboot(["run", "--config", "/nowhere.toml", "web"]);
  assertText(missing, { exit: 78, code: "CONFIG_INVALID", says: /\/nowhere\.toml/ });
  const bad = { env: { EDGEBOOT_OFFLINE: "perhaps" } };
  const says = /EDGEBOOT_OFFLINE must be yes or no/;
  assertText(await sandbox.edgeboot(["run", "web"], bad), {
    exit: 78,
    code: "CONFIG_INVALID",
    says,
  });
});

Deno.test("edgeboot run hands every argument to the app when EDGEBOOT_APP is set", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("web", FILES, START);
  const env = { EDGEBOOT_APP: "web@stable", EDGEBOOT_LOG_LEVEL: "error" };
  const args = ["--help", "--offline", "-v", "--", "other"];
  const run = await sandbox.edgeboot(["run", ...args], { env });
  assertEquals([run.code, run.stdout, run.stderr], [0, `up ${args.join(" ")}\n`, ""]);
  assertEquals((await sandbox.edgeboot(["run"], { env })).stdout, "up\n");
  const entry = { env: { ...env, EDGEBOOT_ENTRY: "other", EDGEBOOT_PYTHON: PYTHON.path } };
  assertEquals((await sandbox.edgeboot(["run"], entry)).stdout, "other\n");
  const fetched = await sandbox.edgeboot(["fetch", "--json"], { env });
  assertEquals(JSON.parse(fetched.stdout).apps[0].label, "web@stable");
});

Deno.test("edgeboot run sends its token to the registry's origin alone when a layer is elsewhere", async () => {
  await using sandbox = await Sandbox.create();
  const { sha256 } = await sandbox.publish("web", FILES, START);
  await using elsewhere = new StaticServer(sandbox.registry);
  await using server = new StaticServer(sandbox.registry);
  await sandbox.release("web", "stable", {
    ...{ schema: "edgeboot.release/v1", app: "web", version: "1", ...START },
    layers: [{ sha256, url: "../../redirected" }],
  });
  const location = `${elsewhere.url}/blobs/sha256/${sha256}`;
  server.answer((request, path) => {
    if (!request.headers.has("authorization")) return new Response("who?", { status: 401 });
    return path === "/redirected"
      ? new Response(null, { status: 302, headers: { location } })
      : undefined;
  });
  const secret = await sandbox.write("secret", { token: "t0ken\n" });
  const options: EdgebootOptions[] = [
    { registry: server.url, env: { EDGEBOOT_TOKEN: "t0ken" } },
    { registry: server.url, env: { EDGEBOOT_TOKEN_FILE: `${secret}/token` } },
    { registry: server.url.replace("//", "//joe:hunter%202@") },
  ];
  const sent: (string | null)[] = [];
  for (const [index, option] of options.entries()) {
    server.forget();
    const cache = sandbox.path(`cache${index}`);
    const { code, stdout, stderr } = await sandbox.edgeboot(["run", "-vv", "web"], {
      ...option,
      cache,
    });
    assertEquals([code, stdout], [0, "up\n"], stderr);
    assertEquals(/t0ken|hunter/.exec(stderr), null);
    sent.push(server.requests[0]!.headers.get("authorization"));
    const kept = await Array.fromAsync(walkFiles(cache));
    assertEquals(kept.filter((text) => /t0ken|hunter/.test(text)), [], "no secret in the cache");
  }
  assertEquals(sent, ["Bearer t0ken", "Bearer t0ken", `Basic ${btoa("joe:hunter 2")}`]);
  assertEquals(elsewhere.requests.map(({ headers }) => headers.get("authorization")), [
    null,
    null,
    null,
  ]);
  assertStringIncludes(elsewhere.paths.join(), sha256);
  assertMatch(server.requests[0]!.headers.get("user-agent") ?? "", /^edgeboot\//);
});

/** Names and contents of everything below a directory. */
async function* walkFiles(directory: string): AsyncGenerator<string> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(directory)) {
    const path = `${directory}/${name}`;
    yield path;
    if (isDirectory) yield* walkFiles(path);
    if (isFile) yield await Deno.readTextFile(path);
  }
}
