import { assert, assertEquals, assertMatch } from "@std/assert";
import { Ajv2020, type ValidateFunction } from "ajv";
import { Sandbox } from "../support/sandbox.ts";

type Call = readonly [record: string, exit: number, ...args: string[]];

const HEX = "ab".repeat(32);

/** What `--json` goes with, in an order in which each has something to say, and in which each fails. */
const CALLS: readonly Call[] = [
  ["explain", 0, "explain", "--json", "web"],
  ["fetch-plan", 0, "fetch", "--dry-run", "--json", "web", "old"],
  ["fetch", 0, "fetch", "--json", "web", "old"],
  ["explain", 0, "run", "--dry-run", "--json", "web"],
  ["explain", 0, "exec", "--dry-run", "--json", "web", "python"],
  ["inspect", 0, "inspect", "--json", "web"],
  ["inspect", 0, "inspect", "--json", "registry/apps/web/stable.json"],
  ["doctor", 0, "doctor", "--json", "web"],
  ["verify", 0, "verify", "--json", "--all"],
  ["history", 0, "history", "--json", "web"],
  ["pin", 0, "pin", "--json", "web"],
  ["pin-remove", 0, "pin", "--json", "--remove", "web"],
  ["rollback", 0, "rollback", "--json", "web"],
  ["cache-list", 0, "cache", "list", "--json"],
  ["cache-path", 0, "cache", "path", "--json"],
  ["cache-gc", 0, "cache", "gc", "--dry-run", "--json"],
  ["cache-gc", 0, "cache", "gc", "--keep", "0", "--max-age", "0s", "--dry-run", "--json"],
  ["publish", 0, "publish", "--json", "registry", "web", "--to", "to", "--channel", "stable"],
  ["publish", 0, "publish", "--json", "registry", "old", "--to", "to", "--dry-run"],
  ["promote", 0, "promote", "--json", "web@2", "--channel", "beta", "--to", "to"],
  ["promote", 0, "promote", "--json", "web", "--channel", "x", "--to", "to", "--dry-run"],
  ["diff", 0, "diff", "--json", "web", "old"],
  ["diff", 0, "diff", "--json", "--no-files", "web", "@stable"],
  ["releases", 0, "releases", "--json", "web"],
  ["registry-gc", 0, "registry", "gc", "--json", "--keep", "1", "--to", "to"],
  ["version", 0, "version", "--json"],
  ["version", 0, "--version", "--json"],

  ["explain", 78, "explain", "--json", "nobody"],
  ["explain", 64, "explain", "--json", "../x"],
  ["fetch-plan", 78, "fetch", "--dry-run", "--json", "web", "nobody"],
  ["fetch", 78, "fetch", "--json", "web", "nobody"],
  ["inspect", 78, "inspect", "--json", "nobody"],
  ["doctor", 78, "doctor", "--json", "nobody"],
  [
    "doctor",
    69,
    "doctor",
    "--json",
    "--registry",
    "/nowhere/at/all",
    "--log-level",
    "error",
    "web",
  ],
  ["history", 69, "history", "--json", "nobody"],
  ["pin", 69, "pin", "--json", "nobody", "1"],
  ["rollback", 69, "rollback", "--json", "old"],
  ["pack", 64, "pack", "--json"],
  ["publish", 64, "publish", "--json", "registry", "--to", "to"],
  ["publish", 64, "publish", "--json", "registry"],
  ["promote", 65, "promote", "--json", "web", "--channel", "y", "--to", "to", "--expect", "7"],
  ["diff", 78, "diff", "--json", "web", "@9"],
  ["releases", 78, "releases", "--json", "nobody"],
  ["registry-gc", 78, "registry", "gc", "--json", "--keep", "1", "--to", "http://127.0.0.1:9"],
  ["cache-path", 69, "cache", "path", "--json", HEX],
  ["cache-path", 64, "cache", "path", "--json", "--keep", "3"],
  ["cache-list", 64, "cache", "list", "--json", "more"],
  ["cache-gc", 64, "cache", "gc", "--json", "--keep", "some"],
  ["error", 64, "cache", "--json"],
  ["error", 64, "cache", "lst", "--json"],
  ["version", 64, "version", "--json", "--nope"],
];

// The schema of releases says in "not" what may not come together.
const ajv = new Ajv2020({ strict: true, strictRequired: false });
const validators = new Map<string, ValidateFunction>();

async function validatorOf(sandbox: Sandbox, record: string): Promise<ValidateFunction> {
  const known = validators.get(record);
  if (known !== undefined) return known;
  const { code, stdout, stderr } = await sandbox.edgeboot(["schema", record]);
  assertEquals([code, stderr], [0, ""]);
  const validate = ajv.compile(JSON.parse(stdout));
  validators.set(record, validate);
  return validate;
}

/** One document, which its schema knows, and whose `ok` is that of the exit code. */
async function check(sandbox: Sandbox, [record, exit, ...args]: Call) {
  const { code, stdout, stderr } = await sandbox.edgeboot(args);
  const label = `${args.join(" ")}: ${stdout}${stderr}`;
  const document = JSON.parse(stdout);
  const validate = await validatorOf(sandbox, record);
  assert(validate(document), `${label}${JSON.stringify(validate.errors)}`);
  assertEquals([document.schema, code, document.ok], [
    `edgeboot.${record}/v1`,
    exit,
    exit === 0,
  ], label);
  assertEquals(document.error?.exit, exit === 0 ? undefined : exit, label);
  spelling(document, args.join(" "));
  return { document, stderr };
}

async function published(): Promise<Sandbox> {
  const sandbox = await Sandbox.create();
  const start = { entrypoint: { module: "web" } };
  for (const app of ["web", "old"]) await sandbox.publish(app, { "web.py": `# ${app}` }, start);
  await sandbox.edgeboot(["run", "web"]);
  await sandbox.publish("web", { "web.py": "" }, { version: "2", ...start });
  return sandbox;
}

Deno.test("every --json prints one document that its schema knows, whether it goes well or not", async () => {
  await using sandbox = await published();
  for (const call of CALLS) await check(sandbox, call);
  const listed = await check(sandbox, ["cache-list", 0, "cache", "list", "--json"]);
  const [tree] = listed.document.trees;
  assertMatch(tree.unpacked_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

Deno.test("every failure is told on stderr for people as well", async () => {
  await using sandbox = await published();
  const { document, stderr } = await check(sandbox, ["fetch", 78, "fetch", "--json", "nobody"]);
  assertEquals(document.error.code, "APP_UNKNOWN");
  assert(stderr.startsWith(`edgeboot: error: ${document.error.what}\n`), stderr);
});

Deno.test("what a command has found stands beside the error that it ends with", async () => {
  await using sandbox = await published();
  await sandbox.edgeboot(["fetch", "web"]);
  const [tree] = JSON.parse((await sandbox.edgeboot(["cache", "list", "--json"])).stdout).trees;
  await Deno.chmod(`${tree.path}/web.py`, 0o644);
  await Deno.writeTextFile(`${tree.path}/web.py`, "# changed");
  const { document } = await check(sandbox, ["verify", 65, "verify", "--json"]);
  assertEquals(document.error.code, "CACHE_DAMAGED");
  assert(document.checked.some(({ state }: { state: string }) => state === "damaged"));
  const listed = ["cache", "list", "--quarantine", "--json"];
  const quarantined = await check(sandbox, ["cache-quarantine", 0, ...listed]);
  assertEquals(quarantined.document.quarantine[0].digest, tree.digest);
  const partly = await check(sandbox, ["fetch", 78, "fetch", "--json", "web", "nobody"]);
  assertEquals(partly.document.apps.length, 1);
});

Deno.test("edgeboot schema prints every schema that it names", async () => {
  await using sandbox = await Sandbox.create();
  const { stderr } = await sandbox.edgeboot(["schema", "nothing-like-it"]);
  const names = /there are (.*)\n/.exec(stderr)![1]!.split(", ");
  for (const name of names) await validatorOf(sandbox, name);
  const tried = new Set([...CALLS.map(([record]) => record), "cache-quarantine"]);
  const files = ["release", "channel", "index", "log", "timings"];
  assertEquals(names.filter((name) => !tried.has(name) && !files.includes(name)), []);
});

/** Names in snake_case, digests with their algorithm, times as RFC 3339. */
function spelling(value: unknown, where: string): void {
  if (typeof value === "string") assert(!/^[0-9a-f]{64}$/.test(value), `${where}: ${value}`);
  if (typeof value !== "object" || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    // Its names are the app's variables.
    if (where.endsWith(".environment") && key === "set") continue;
    if (!Array.isArray(value)) assertMatch(key, /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, where);
    if (typeof each === "number") assert(!/(^|_)at$/.test(key), `${where}.${key}: ${each}`);
    spelling(each, `${where}.${key}`);
  }
}
