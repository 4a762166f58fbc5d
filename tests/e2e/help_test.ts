import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Ended } from "./support/command.ts";
import { Sandbox } from "./support/sandbox.ts";

const COMMANDS = [
  "run",
  "exec",
  "fetch",
  "inspect",
  "doctor",
  "cache",
  "init",
  "schema",
  "version",
  "help",
];
const TOPICS = [
  "settings",
  "exit-codes",
  "archives",
  "registry",
  "launch",
  "cache",
  "containers",
  "systemd",
];

async function ask(...args: string[]): Promise<Ended> {
  await using sandbox = await Sandbox.create();
  const ended = await sandbox.edgeboot(args, {
    registry: "",
    env: { HOME: "", TMPDIR: "/nowhere" },
  });
  assertEquals([ended.code, ended.stderr], [0, ""], args.join(" "));
  return ended;
}

Deno.test("edgeboot help lists every command and topic when it is asked in any way", async () => {
  const overview = (await ask("help")).stdout;
  for (const name of [...COMMANDS, ...TOPICS]) assertStringIncludes(overview, name);
  for (const args of [[], ["--help"], ["help", "help"]]) {
    assertEquals((await ask(...args)).stdout, overview);
  }
  const short = (await ask("-h")).stdout;
  for (const name of COMMANDS) assertStringIncludes(short, `\n  ${name} `);
});

for (const topic of [...COMMANDS, ...TOPICS]) {
  Deno.test(`edgeboot help explains ${topic} when it is asked`, async () => {
    const { stdout } = await ask("help", topic);
    assert(stdout.length > 100 && stdout.endsWith("\n"));
    assert(!/undefined|\[object/.test(stdout), stdout);
    const wide = stdout.split("\n").filter((line) => line.length > 100);
    assertEquals(wide, [], "it fits a terminal");
    if (COMMANDS.includes(topic) && topic !== "help") {
      assertEquals((await ask(topic, "--help")).stdout, stdout);
      const short = (await ask(topic, "-h")).stdout;
      assert(short.length * 1.5 < stdout.length && short.includes(`edgeboot ${topic}`), short);
    }
  });
}

Deno.test("edgeboot help goes into depth when a command is a topic, too", async () => {
  assertMatch(
    (await ask("help", "cache")).stdout,
    /Options:[^]*^A running app holds a shared lock/m,
  );
  assertMatch((await ask("help", "doctor")).stdout, /Options:[^]*edgeboot schema doctor/);
});

Deno.test("edgeboot schema prints a JSON Schema that names all fields when it is asked", async () => {
  const schema = JSON.parse((await ask("schema")).stdout);
  assertMatch(schema.$schema, /^https:\/\/json-schema\.org\//);
  const fields = [
    "schema",
    "app",
    "version",
    "layers",
    "variants",
    "entrypoint",
    "entrypoints",
    "env",
  ];
  for (const name of fields) assert(name in schema.properties, name);
});

Deno.test("edgeboot version prints version, commit, Deno and target when it is asked", async () => {
  const { stdout } = await ask("version");
  assertMatch(
    stdout,
    /^edgeboot \d+\.\d+\.\d+\ncommit \S+\ndeno 2\.\d+\.\d+\ntarget \S+-linux-gnu\n$/,
  );
  assertEquals((await ask("--version")).stdout, stdout);
  assertEquals((await ask("-V")).stdout, stdout);
  const json = JSON.parse((await ask("version", "--json")).stdout);
  assertEquals(Object.keys(json), ["schema", "ok", "version", "commit", "deno", "target"]);
  assertEquals((await ask("fetch", "--version")).stdout, stdout);
  assertEquals((await ask("--log", "json", "--version")).stdout, stdout);
});
