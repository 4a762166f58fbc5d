import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { logLines } from "../support/log.ts";
import { Sandbox, sha256 } from "../support/sandbox.ts";
import { StaticServer } from "../support/server.ts";

const FILES = { "web.py": "print('up')\n" };
const START = { entrypoint: { module: "web" } };
const JSON_LOG = { EDGEBOOT_LOG: "json", EDGEBOOT_LOG_LEVEL: "debug" };

Deno.test("edgeboot run writes only lines of its schema when it logs JSON, cold and warm", async () => {
  await using sandbox = await Sandbox.create();
  const { sha256: layer, text } = await sandbox.publish("web", FILES, { ...START, novelty: 1 });
  const digest = `sha256:${await sha256(text)}`;
  const cold = await sandbox.edgeboot(["run", "web"], { env: JSON_LOG });
  assertEquals([cold.code, cold.stdout], [0, "up\n"]);
  const told = logLines(cold.stderr);
  assert(told.every(({ app }) => app === "web"), cold.stderr);
  const events = told.map(({ event }) => event).filter((event) => event !== "phase");
  assertEquals(events.filter((event) => event !== "setting" && event !== "python"), [
    ...["detail", "release", "layers", "fetch-begins", "layer-done", "fetch-ends", "exec"],
  ]);
  const of = (event: string) => told.find((record) => record.event === event);
  assertEquals([of("release").digest, of("release").source], [digest, "changed"]);
  assertEquals(of("layer-done").digest, `sha256:${layer}`);
  const { phases, ms } = of("exec");
  const names = ["runtime", "settings", "fit", "release", "python", "leases", "layers", "plan"];
  assertEquals(Object.keys(phases).sort(), names.sort());
  const sum = (Object.values(phases) as number[]).reduce((all, each) => all + each, 0);
  // What lies between the last phase and this line is in none of them; on a busy machine that is some ms.
  assert(sum <= ms + 1 && sum > ms / 2, `${sum} and ${ms}`);

  const warm = await sandbox.edgeboot(["exec", "web", "true"], { env: JSON_LOG });
  assertEquals(logLines(warm.stderr).at(-1).argv, ["true"]);
  const quiet = await sandbox.edgeboot(["run", "web"], { env: { EDGEBOOT_LOG: "json" } });
  assertEquals(quiet.stderr, "");
});

Deno.test("edgeboot writes only lines of its schema when other commands log JSON", async () => {
  await using sandbox = await Sandbox.create();
  const first = await sandbox.publish("web", FILES, START);
  await sandbox.edgeboot(["fetch", "web"]);
  await sandbox.publish("web", { "web.py": "print('two')\n" }, { ...START, version: "2" });
  const commands: [args: string[], code: number, last: string | undefined][] = [
    [["fetch", "web"], 0, "fetch-ends"],
    [["fetch", "web"], 0, "cached"],
    [["rollback", "web"], 0, "pinned"],
    [["run", "web"], 0, undefined],
    [["pin", "--remove", "web"], 0, "unpinned"],
    [["pin", "web", `sha256:${"ab".repeat(32)}`], 0, "not-cached"],
    [["rollback", "nosuch"], 69, "error"],
    [["frobnicate"], 64, "error"],
    [["run", "--frobnicate", "web"], 64, "error"],
    [["run", "--refresh", "sometimes", "web"], 64, "error"],
    [["inspect", "web@nosuch"], 78, "error"],
    [["verify"], 0, undefined],
    [["cache", "path", first.sha256], 0, undefined],
  ];
  for (const [args, code, last] of commands) {
    const ended = await sandbox.edgeboot(args, { env: { EDGEBOOT_LOG: "json" } });
    assertEquals(ended.code, code, ended.stderr);
    assertEquals(logLines(ended.stderr).at(-1)?.event, last, args.join(" "));
  }
});

Deno.test("edgeboot run tells how long each step took when -v is given, in 80 columns", async () => {
  await using sandbox = await Sandbox.create();
  await using server = new StaticServer(sandbox.registry);
  await sandbox.publish("web", FILES, START);
  const cold = await sandbox.edgeboot(["run", "-v", "web"], { registry: server.url });
  const rows = cold.stderr.split("\n").filter((line) => / \d+\.\d ms$/.test(line));
  assert(rows.every((row) => row.length <= 80));
  assertEquals(rows.map((row) => row.split(/\s+/)[1]), [
    ...["runtime", "settings", "release", "fit", "python", "leases", "layers"],
    ...["wait", "download", "verify", "unpack", "publish", "plan", "total"],
  ]);
  assertMatch(cold.stderr, /: web@stable is 1 \([0-9a-f]{12}\), new from the registry\n/);
  assertMatch(cold.stderr, /exec \S+ (?:-[sP] )+-m web\n$/);
  assert(!cold.stderr.includes("EDGEBOOT_CACHE"), "decisions are for -vv");

  const env = { EDGEBOOT_TOKEN: "hush-hush" };
  const warm = await sandbox.edgeboot(["run", "-vv", "web"], { registry: server.url, env });
  for (
    const part of [
      `cache = ${sandbox.cache} (EDGEBOOT_CACHE)`,
      "token = (secret) (EDGEBOOT_TOKEN)",
      "is the best match for",
      "1 layer, all cached, 1 under lease",
      "as the registry confirms",
    ]
  ) assertStringIncludes(warm.stderr, part);
  assert(!warm.stderr.includes("hush-hush"));
});

Deno.test("edgeboot schema prints each of its schemas when one is named", async () => {
  await using sandbox = await Sandbox.create();
  const title = async (...args: string[]) =>
    JSON.parse((await sandbox.edgeboot(["schema", ...args])).stdout).title;
  assertEquals(await title(), await title("release"));
  assertEquals(await title("log"), "edgeboot log line");
  assertEquals(await title("timings"), "edgeboot timings, version 1");
  const unknown = await sandbox.edgeboot(["schema", "toString"]);
  assertEquals([unknown.code, unknown.stdout], [64, ""]);
});
