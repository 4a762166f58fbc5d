import { assertEquals, assertMatch } from "@std/assert";
import { BINARY } from "./support/binary.ts";
import { command } from "./support/command.ts";
import { PYTHON } from "./support/python.ts";
import { assertText } from "./support/refusal.ts";
import { Sandbox } from "./support/sandbox.ts";
import { StaticServer } from "./support/server.ts";

const FILES = { "web.py": "import sys\nprint('up', len(sys.argv[-1]), *sys.argv[1:2])\n" };
const START = { entrypoint: { module: "web" } };

/** Runs edgeboot in place of a shell that has set up something odd, cold and then warm. */
async function startsTwice(setUp: string, expected = "up 1 x\n"): Promise<void> {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("web", FILES, START);
  const args = ["-c", `${setUp}\nexec "$@"`, "sh", BINARY, "run", "web", "x"];
  for (const start of ["cold", "warm"]) {
    const env = { ...sandbox.environment(), SANDBOX: sandbox.root };
    const { stdout, stderr } = await command("/bin/sh", args, {
      env,
      clearEnv: true,
      cwd: sandbox.root,
    });
    assertEquals(stdout, expected, stderr);
    if (start === "warm") assertEquals(stderr, "");
  }
}

const ODD: readonly (readonly [string, string])[] = [
  ["stdin and stderr are closed", "exec <&- 2>/dev/null"],
  ["LD_LIBRARY_PATH is set", "export LD_LIBRARY_PATH=/nowhere"],
  ["PATH is empty", `export PATH= EDGEBOOT_PYTHON=${PYTHON.path}`],
  ["the cache is a symbolic link", 'mkdir -p real; ln -sfn real "$SANDBOX/cache"'],
  ["the cache's path has spaces and accents", 'export EDGEBOOT_CACHE="$SANDBOX/a b/caf\u00e9 %20"'],
  ["the registry is a file URL", 'export EDGEBOOT_REGISTRY="file://$SANDBOX/registry/"'],
  ["the environment is large", 'export BIG="$(head -c 100000 /dev/zero | tr "\\0" x)"'],
  ["few descriptors are allowed", "ulimit -n 32"],
  ["no more than 36 GB of address space are allowed", "ulimit -v 35156250"],
  ["a proxy is set for others", "export HTTP_PROXY=http://127.0.0.1:1 NO_PROXY=localhost"],
];

for (const [odd, setUp] of ODD) {
  Deno.test(`edgeboot run starts when ${odd}`, () => startsTwice(setUp));
}

Deno.test("edgeboot ends as help says when less address space is allowed than the runtime reserves", async () => {
  const { code, signal, stderr } = await command("/bin/sh", [
    ...["-c", 'ulimit -c 0; ulimit -v 20000000; exec "$0" version', BINARY],
  ]);
  assertEquals([code, signal], [133, "SIGTRAP"]);
  const help = await command(BINARY, ["help", "launch"]);
  const words = /Fatal process out of memory: Oilpan: CagedHeap reservation/;
  for (const text of [stderr, help.stdout.replaceAll(/\s+/g, " ")]) assertMatch(text, words);
});

Deno.test("edgeboot run finds layers when names in URLs and paths need escapes", async () => {
  await using sandbox = await Sandbox.create();
  const archive = await sandbox.archive(FILES);
  const { sha256 } = await sandbox.blob(archive);
  const name = "a b#1?+%41\u00e9.zip";
  await Deno.mkdir(sandbox.path("registry/apps/web"), { recursive: true });
  await Deno.copyFile(archive, sandbox.path("registry/apps/web", name));
  await sandbox.release("web", "1.0+local.2", {
    ...{ schema: "edgeboot.release/v1", app: "web", version: "1.0+local.2", ...START },
    layers: [{ sha256, url: encodeURIComponent(name) }],
  });
  await using server = new StaticServer(sandbox.registry);
  for (const registry of [`${server.url}/`, server.url, sandbox.registry]) {
    const cache = sandbox.path(crypto.randomUUID());
    const options = { registry, cache };
    const { code, stdout, stderr } = await sandbox.edgeboot(
      ["run", "web@1.0+local.2", "x"],
      options,
    );
    assertEquals([code, stdout], [0, "up 1 x\n"], stderr);
  }
  const direct = ["--bundle", sandbox.path("registry/apps/web", name), "--sha256", sha256];
  const { stdout, stderr } = await sandbox.edgeboot([
    "run",
    ...direct,
    "--entry",
    "web",
    "--",
    "x",
  ]);
  assertEquals(stdout, "up 1 x\n", stderr);
});

Deno.test("edgeboot run says so when the kernel refuses arguments that are too long", async () => {
  await using sandbox = await Sandbox.create();
  const text = "x".repeat(120_000);
  await sandbox.publish("web", FILES, { ...START, env: { set: { A: text.repeat(2) } } });
  const ended = await sandbox.edgeboot(["run", "web", text]);
  assertText(ended, { exit: 126, code: "PYTHON_NOT_EXECUTABLE", says: /too long \(errno 7\)/ });
});

Deno.test("edgeboot passes over it when nobody reads what it prints", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("web", FILES, START);
  const env = { ...sandbox.environment(), EDGEBOOT: BINARY };
  const script = '"$EDGEBOOT" help archives >&-; echo $?; "$EDGEBOOT" help archives | true; ' +
    '"$EDGEBOOT" run nosuch 2>&-; echo $?';
  const { stdout, stderr } = await command("/bin/sh", ["-c", script], { env, clearEnv: true });
  assertEquals([stdout, stderr], ["0\n78\n", ""]);
});

Deno.test("edgeboot run goes through the proxy when HTTP_PROXY names one", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("web", FILES, START);
  await using proxy = new StaticServer(sandbox.registry);
  const env = { HTTP_PROXY: proxy.url, http_proxy: proxy.url };
  const registry = "http://registry.invalid";
  const { code, stdout, stderr } = await sandbox.edgeboot(["run", "web", "x"], { registry, env });
  assertEquals([code, stdout], [0, "up 1 x\n"], stderr);
  assertMatch(proxy.requests[0]!.headers.get("host") ?? "", /^registry\.invalid/);
});
