import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { BINARY } from "../support/binary.ts";
import { command } from "../support/command.ts";
import { e2e, firstOf, needsRoot } from "../support/e2e.ts";
import { kept } from "../support/kept.ts";
import { timingLines } from "../support/log.ts";
import { pip, PYTHON } from "../support/python.ts";
import { Sandbox, sha256 } from "../support/sandbox.ts";

const FILES = { "web.py": "print('up')\n" };
const START = { entrypoint: { module: "web" } };

/** The official client, whose parser is the strictest reader of the format. */
const needsClient = await prometheusClient().then(() => undefined, (error) => error.message);

async function prometheusClient(): Promise<string> {
  return await kept(`prometheus-0.23.1-${PYTHON.tag}`, async (target) => {
    await pip("install", "--target", target, "prometheus-client==0.23.1");
  });
}

type Sample = readonly [name: string, labels: Record<string, string>, value: number];

const READ = `
import json, sys
from prometheus_client.parser import text_string_to_metric_families as read
samples = []
for family in read(open(sys.argv[1], newline="").read()):
    assert family.documentation and family.type != "unknown", family
    assert all(s.name.startswith(family.name) and s.timestamp is None for s in family.samples)
    samples += [[s.name, s.labels, s.value] for s in family.samples]
keys = [json.dumps(s[:2], sort_keys=True) for s in samples]
assert len(keys) == len(set(keys)), "a sample occurs twice"
print(json.dumps(samples))
`;

async function samplesOf(path: string): Promise<Sample[]> {
  const env = { PYTHONPATH: await prometheusClient() };
  const { code, stdout, stderr } = await command(PYTHON.path, ["-c", READ, path], { env });
  assertEquals(code, 0, `${stderr}\n${await Deno.readTextFile(path)}`);
  return JSON.parse(stdout);
}

function valueOf(samples: readonly Sample[], name: string, labels: Record<string, string> = {}) {
  const found = samples.filter(([each, has]) =>
    each === name && Object.entries(labels).every(([label, value]) => has[label] === value)
  );
  return found.length === 0 ? undefined : found.reduce((sum, [, , value]) => sum + value, 0);
}

Deno.test("edgeboot run appends one line about each start when it is given --timings", async () => {
  await using sandbox = await Sandbox.create();
  const { sha256: layer, text } = await sandbox.publish("web", FILES, START);
  const digest = `sha256:${await sha256(text)}`;
  const path = sandbox.path("timings.jsonl");
  const env = { EDGEBOOT_TIMINGS: path };
  const started = await sandbox.edgeboot(["run", "web"], { env });
  assertEquals([started.code, started.stdout], [0, "up\n"]);
  const seen = await sandbox.edgeboot(["exec", "web", "env"], { env });
  assert(!seen.stdout.includes("EDGEBOOT_TIMINGS"), "the app does not inherit it");
  await sandbox.edgeboot(["fetch", "--timings", path, "web"]);
  const failed = await sandbox.edgeboot(["run", "web@nosuch"], { env });
  assertEquals(failed.code, 78);
  const size = (await Deno.stat(`${sandbox.registry}/blobs/sha256/${layer}`)).size;
  const lines = timingLines(await Deno.readTextFile(path));
  assertEquals(
    lines.map((
      { command, start, result, exit, code, downloaded_bytes },
    ) => [command, start, result, exit, code, downloaded_bytes]),
    [
      ["run", "cold", "exec", undefined, undefined, size],
      ["exec", "warm", "exec", undefined, undefined, 0],
      ["fetch", "warm", "done", undefined, undefined, 0],
      ["run", "unknown", "failed", 78, "REF_UNKNOWN", 0],
    ],
  );
  const [cold, warm, , bad] = lines;
  assertEquals([cold.app, cold.ref, cold.version, cold.digest], ["web", "stable", "1", digest]);
  assertEquals([cold.pid, warm.pid, bad.ref], [started.pid, seen.pid, "nosuch"]);
  assertEquals(Object.keys(cold.layers), ["wait", "download", "verify", "unpack", "publish"]);
  assertEquals(warm.layers, undefined);
  const sum = (Object.values(cold.phases) as number[]).reduce((all, each) => all + each, 0);
  assert(sum <= cold.seconds && cold.seconds - sum < 0.1, JSON.stringify(cold));
  // The kernel's clock ticks every 10 ms, and the process is older than its runtime.
  assert(cold.since_process_start_seconds >= cold.seconds - 0.02, JSON.stringify(cold));
});

Deno.test("edgeboot run loses and mixes no line when fifty processes append to one file", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("web", FILES, START);
  await sandbox.edgeboot(["fetch", "web"]);
  const args = ["run", "--timings", "t.jsonl", "web"];
  for (let round = 0; round < 5; round++) {
    await Promise.all(Array.from({ length: 10 }, () => sandbox.edgeboot(args)));
  }
  const lines = timingLines(await Deno.readTextFile(sandbox.path("t.jsonl")));
  assertEquals([lines.length, new Set(lines.map(({ pid }) => pid)).size], [50, 50]);
});

e2e(
  "edgeboot counts every start of many processes in one file that Prometheus' own client reads",
  needsClient,
  async () => {
    await using sandbox = await Sandbox.create();
    const version = 'one "quoted" \\n ümläut';
    const { text } = await sandbox.publish("web", FILES, { ...START, version });
    await sandbox.publish("shop", { "web.py": "print('up')#" }, START);
    await Deno.mkdir(sandbox.path("textfiles"));
    const path = sandbox.path("textfiles/edgeboot.prom");
    const env = { EDGEBOOT_METRICS: path };
    const run = (...args: string[]) => sandbox.edgeboot(["run", ...args], { env });
    const started = async (...apps: string[]) => {
      for (const { code, stdout, stderr } of await Promise.all(apps.map((app) => run(app)))) {
        assertEquals([code, stdout], [0, "up\n"], stderr);
        assert(!stderr.includes("warning"), stderr);
      }
    };
    await started("web", "shop");
    await sandbox.edgeboot(["cache", "list"]);
    for (let round = 0; round < 4; round++) {
      await started(...Array.from({ length: 10 }, (_, i) => i % 2 === 0 ? "web" : "shop"));
    }
    const failed = [run("web@nosuch"), run("web@nosuch"), run("gone")];
    for (const { code, stderr } of await Promise.all(failed)) assertEquals(code, 78, stderr);
    const samples = await samplesOf(path);
    const starts = (labels: Record<string, string>) =>
      valueOf(samples, "edgeboot_starts_total", labels);
    assertEquals(starts({ app: "web", start: "warm", result: "exec" }), 20);
    assertEquals(starts({ result: "exec" }), 42);
    assertEquals(starts({ result: "failed" }), 3);
    const failures = { app: "web", exit_code: "78", code: "REF_UNKNOWN" };
    assertEquals(valueOf(samples, "edgeboot_failures_total", failures), 2);
    const phases = { app: "web", start: "warm", phase: "release" };
    assertEquals(valueOf(samples, "edgeboot_phase_seconds_count", phases), 20);
    const digest = `sha256:${await sha256(text)}`;
    const info = { file: "edgeboot", app: "web", ref: "stable", version, digest };
    assertEquals(valueOf(samples, "edgeboot_release_info", info), 1);
    assertEquals(valueOf(samples, "edgeboot_cache_bytes", { cache: sandbox.cache }), 24);
    const last = valueOf(samples, "edgeboot_last_start_timestamp_seconds", { app: "web" })!;
    assert(Math.abs(last - Date.now() / 1000) < 600);
    const names = [...Deno.readDirSync(sandbox.path("textfiles"))].map(({ name }) => name);
    assertEquals(names.filter((name) => name.endsWith(".prom")), ["edgeboot.prom"]);
    assertEquals(names.length, 2, names.join());
  },
);

e2e(
  "edgeboot gives no sample twice when the files of two services are read together",
  needsClient,
  async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("web", FILES, START);
    for (const name of ["one", "two"]) {
      await sandbox.edgeboot(["run", "--metrics", `${name}.prom`, "web"]);
    }
    const [one, two] = await Promise.all(
      ["one", "two"].map((name) => Deno.readTextFile(sandbox.path(`${name}.prom`))),
    );
    const declared = (text: string) =>
      text.split("\n").filter((line) => /^# (HELP|TYPE)/.test(line));
    const common = declared(one!).filter((line) => declared(two!).includes(line));
    const families = new Set(
      [...declared(one!), ...declared(two!)].map((line) => line.slice(0, 45)),
    );
    assert(common.length > 0 && families.size > 0);
    const keys = (text: string) =>
      text.split("\n").filter((line) => /^edgeboot/.test(line)).map((line) =>
        line.slice(0, line.lastIndexOf(" "))
      );
    const all = [...keys(one!), ...keys(two!)];
    assertEquals(new Set(all).size, all.length);
  },
);

const UNWRITABLE: [name: string, make: (sandbox: Sandbox) => Promise<string>, why: RegExp][] = [
  [
    "is in no directory",
    (s) => Promise.resolve(s.path("no/such/file")),
    /no such file|No such file/,
  ],
  ["is a directory", (s) => Promise.resolve(s.path("files")), /not a regular file/],
  ["is a named pipe that nobody reads", async (s) => {
    await command("mkfifo", [s.path("pipe")]);
    return s.path("pipe");
  }, /not a regular file/],
];

for (const [name, make, why] of UNWRITABLE) {
  Deno.test(`edgeboot run starts the app, with a warning each, when the file ${name}`, async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("web", FILES, START);
    await sandbox.edgeboot(["fetch", "web"]);
    const path = await make(sandbox);
    const { code, stdout, stderr } = await sandbox.edgeboot([
      ...["run", "--timings", path, "--metrics", path, "web"],
    ]);
    assertEquals([code, stdout], [0, "up\n"], stderr);
    const lines = stderr.trimEnd().split("\n");
    assertEquals(lines.length, 2, stderr);
    for (const line of lines) {
      assertStringIncludes(line, `edgeboot: warning: nothing was written to ${path}: `);
      assertMatch(line, why);
    }
  });
}

e2e(
  "edgeboot run starts the app, with a warning, when another user's metrics file cannot be replaced",
  firstOf(needsRoot, needsClient),
  async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("web", FILES, START);
    await sandbox.edgeboot(["run", "--metrics", "m.prom", "web"]);
    const before = await Deno.readTextFile(sandbox.path("m.prom"));
    const args = ["--reuid=65534", "--regid=65534", "--clear-groups", BINARY];
    const { stdout, stderr } = await command("setpriv", [
      ...args,
      ...["run", "--metrics", sandbox.path("m.prom"), "web"],
    ], { env: sandbox.environment(), clearEnv: true, cwd: sandbox.root });
    assertEquals(stdout, "up\n");
    assertMatch(stderr, /^edgeboot: warning: nothing was written to .+\n$/);
    assertEquals(await Deno.readTextFile(sandbox.path("m.prom")), before);
  },
);
