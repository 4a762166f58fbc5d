import { assert, assertEquals, assertMatch } from "@std/assert";
import { BINARY } from "./support/binary.ts";
import { command, output } from "./support/command.ts";
import { diagnose, find, problems, read } from "./support/doctor.ts";
import { e2e, firstOf, needsProgram, needsRoot } from "./support/e2e.ts";
import { exists } from "./support/kept.ts";
import { PYTHON } from "./support/python.ts";
import { Sandbox } from "./support/sandbox.ts";

const HELLO = { "hello.py": "print('hello')\n" };
const START = { entrypoint: { module: "hello" } };
const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups"];
const needsNobody = firstOf(
  needsRoot,
  await needsProgram("setpriv", ...NOBODY, PYTHON.path, "-I", "-c", "pass"),
  await needsProgram("setpriv", ...NOBODY, BINARY, "version"),
);
const needsMount = firstOf(needsRoot, await needsProgram("unshare", "--mount", "true"));

Deno.test("edgeboot doctor finds no problem and writes nothing when the machine is healthy", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("hello", HELLO, START);
  const before = await output("find", [sandbox.root, "-printf", "%p %s %T@\n"]);
  const diagnosis = await diagnose(sandbox);
  assertEquals([diagnosis.exit, problems(diagnosis)], [0, []]);
  assertEquals(exists(sandbox.cache), false);
  const after = await output("find", [sandbox.root, "-printf", "%p %s %T@\n"]);
  const unchanged = (listing: string) =>
    // Probe files come and go there, which the directory's own time shows.
    listing.split("\n").filter((line) =>
      !line.startsWith(`${sandbox.root} `) && !line.startsWith(`${sandbox.path("tmp")} `)
    );
  assertEquals(unchanged(after), unchanged(before));
  const [python] = find(diagnosis, "python", "python");
  assertEquals([python!.facts!.path, python!.facts!.first], [PYTHON.path, true]);
  assertEquals(find(diagnosis, "cache", "locks")[0]!.status, "ok");
  assertEquals(find(diagnosis, "edgeboot", "exec")[0]!.status, "ok");
  assertEquals(find(diagnosis, "registry", "address")[0]!.facts, { apps: 1 });
});

Deno.test("edgeboot doctor prints lines of 80 columns and says what to do where something is wrong", async () => {
  await using sandbox = await Sandbox.create();
  const env = { EDGEBOOT_REGISTRY: "/nowhere", EDGEBOOT_LOG_LEVEL: "loud", EDGEBOOT_CACH: "/x" };
  const { code, stdout, stderr } = await sandbox.edgeboot(["doctor"], { env });
  assertEquals([code, stderr], [78, ""]);
  for (const line of stdout.split("\n")) assert(line.length <= 80 || !/\S \S/.test(line.slice(24)));
  assertMatch(stdout, /^settings\n {2}ok {7}file /m);
  assertMatch(stdout, /^ {2}problem {2}value .*\n(?: {10,}.*\n)* {24,}next: /m);
  assertMatch(
    stdout,
    /EDGEBOOT_CACH is no setting of edgeboot\n +next: did you mean EDGEBOOT_CACHE\?/,
  );
  assertMatch(stdout, /\n2 problems, 1 warning, \d+ ok; exit 78, for: value\n$/);
});

Deno.test("edgeboot doctor shows every setting with its origin, and no secret", async () => {
  await using sandbox = await Sandbox.create();
  const files = await sandbox.write("etc", { "c.toml": 'lock-timeout = "3m"\n' });
  const env = { EDGEBOOT_TOKEN: "hunter2", EDGEBOOT_REGISTRY: "http://u:hunter2@127.0.0.1:9/r" };
  const args = ["--config", `${files}/c.toml`, "--refresh", "10m", "--offline"];
  const diagnosis = await diagnose(sandbox, args, { env });
  const shown = (name: string) => find(diagnosis, "settings", name)[0]!.text;
  assertEquals(shown("token"), "(secret) (EDGEBOOT_TOKEN)");
  assertEquals(shown("registry"), "http://(secret)@127.0.0.1:9/r (EDGEBOOT_REGISTRY)");
  assertEquals(shown("refresh"), "10m (--refresh)");
  assertEquals(shown("lock-timeout"), `3m (${files}/c.toml)`);
  assert(!JSON.stringify(diagnosis).includes("hunter2"));
  assertMatch(find(diagnosis, "registry", "address")[0]!.text, /not asked: offline/);
});

Deno.test("edgeboot doctor goes on when the configuration file cannot be used", async () => {
  await using sandbox = await Sandbox.create();
  const files = await sandbox.write("etc", { "c.toml": 'regisry = "/x"\n' });
  const diagnosis = await diagnose(sandbox, ["--config", `${files}/c.toml`]);
  assertEquals(diagnosis.exit, 78);
  assertMatch(find(diagnosis, "settings", "file")[0]!.text, /no setting "regisry"/);
  assertEquals(find(diagnosis, "cache", "writable")[0]!.status, "ok");
});

Deno.test("edgeboot doctor ends with 73 when the cache lies below a regular file", async () => {
  await using sandbox = await Sandbox.create();
  await Deno.writeTextFile(sandbox.path("files/regular"), "");
  const diagnosis = await diagnose(sandbox, ["--cache", sandbox.path("files/regular/cache")]);
  assertEquals(diagnosis.exit, 73);
  assertEquals(problems(diagnosis)[0], "cache writable CACHE_UNWRITABLE");
});

e2e("edgeboot doctor ends with 73 when another user owns the cache", needsNobody, async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("hello", HELLO, START);
  const asNobody = async (...args: string[]) =>
    read(
      await command("setpriv", [...NOBODY, BINARY, "doctor", "--json", ...args], {
        ...{ env: sandbox.environment(), clearEnv: true, cwd: "/" },
      }),
    );
  await Deno.mkdir(sandbox.cache);
  const empty = await asNobody();
  assertEquals(problems(empty), ["cache writable CACHE_UNWRITABLE"]);
  // With something to start from, that is how a base image provides a cache.
  assertEquals((await sandbox.edgeboot(["fetch", "hello"])).code, 0);
  const filled = await asNobody("hello");
  assertEquals([filled.exit, find(filled, "cache", "writable")[0]!.status], [0, "warning"]);
  assertEquals(find(filled, "app", "entry")[0]!.status, "ok");
});

e2e("edgeboot doctor ends with 77 when a stranger owns the cache", needsRoot, async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("hello", HELLO, START);
  await Deno.mkdir(sandbox.cache);
  await Deno.chown(sandbox.cache, 12345, 12345);
  const diagnosis = await diagnose(sandbox);
  assertEquals([diagnosis.exit, problems(diagnosis)], [77, ["cache owner PERMISSION_DENIED"]]);
  assertEquals((await diagnose(sandbox, ["--trusted-uids", "12345"])).exit, 0);
});

e2e("edgeboot doctor ends with 74 when the disk of the cache is full", needsMount, async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("hello", HELLO, START);
  await Deno.mkdir(sandbox.cache);
  const script =
    'mount -t tmpfs -o size=64k none "$C" && ! cat /dev/zero > "$C/fill" 2>/dev/null; ' +
    '"$B" doctor --json';
  const env = { ...sandbox.environment(), C: sandbox.cache, B: BINARY };
  const inside = ["--mount", "sh", "-c", script];
  const full = read(await command("unshare", inside, { env, clearEnv: true, cwd: "/" }));
  assertEquals(full.exit, 74);
  assertEquals(problems(full), ["cache writable DISK_FULL", "cache space DISK_FULL"]);
  assertMatch(find(full, "cache", "filesystem")[0]!.text, /^tmpfs on .*in memory/);
});

e2e("edgeboot doctor warns when the cache is mounted noexec or read-only", needsMount, async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("hello", HELLO, START);
  assertEquals((await sandbox.edgeboot(["fetch", "hello"])).code, 0);
  const script = 'mount --bind "$C" "$C" && mount -o remount,bind,noexec,ro "$C" && ' +
    '"$B" doctor --json hello';
  const env = { ...sandbox.environment(), C: sandbox.cache, B: BINARY };
  const inside = ["--mount", "sh", "-c", script];
  const diagnosis = read(await command("unshare", inside, { env, clearEnv: true, cwd: "/" }));
  assertEquals(diagnosis.exit, 0);
  const status = (name: string) => find(diagnosis, "cache", name)[0]!.status;
  assertEquals([status("writable"), status("noexec")], ["warning", "warning"]);
});

Deno.test("edgeboot doctor ends with 127 without a Python, and with 126 when it is broken", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("hello", HELLO, START);
  const absent = await diagnose(sandbox, ["--python", "/nowhere/python3"]);
  assertEquals([absent.exit, problems(absent)], [127, ["python python PYTHON_NOT_FOUND"]]);
  const bin = await sandbox.write("bin", { "python3": "#!/bin/sh\necho oops >&2\nexit 3\n" });
  await Deno.chmod(`${bin}/python3`, 0o755);
  const broken = await diagnose(sandbox, ["--python", `${bin}/python3`]);
  assertEquals([broken.exit, problems(broken)], [126, ["python python PYTHON_NOT_EXECUTABLE"]]);
  assertMatch(find(broken, "python", "python")[0]!.text, /ended with status 3: oops/);
  // One that works behind it makes it a warning.
  const env = { PATH: `${bin}:${sandbox.environment().PATH}` };
  const beside = await diagnose(sandbox, [], { env });
  assertEquals(beside.exit, 0);
  const [first, second] = find(beside, "python", "python");
  assertEquals([first!.status, second!.facts!.first], ["warning", true]);
});

Deno.test("edgeboot doctor warns when few files may be open", async () => {
  await using sandbox = await Sandbox.create();
  const shell = ["-c", 'ulimit -Sn 256; exec "$0" doctor --json', BINARY];
  const env = sandbox.environment();
  const diagnosis = read(await command("/bin/sh", shell, { env, clearEnv: true }));
  assertEquals(find(diagnosis, "machine", "limits")[0]!.status, "warning");
});

Deno.test("edgeboot doctor tells of what killed processes and verify have left", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("hello", HELLO, START);
  assertEquals((await sandbox.edgeboot(["fetch", "hello"])).code, 0);
  await Deno.writeTextFile(`${sandbox.cache}/v1/work/0123.lock`, "");
  await Deno.mkdir(`${sandbox.cache}/v1/work/0123`);
  await Deno.mkdir(`${sandbox.cache}/v1/quarantine/${"a".repeat(64)}-1`, { recursive: true });
  const diagnosis = await diagnose(sandbox);
  assertEquals(find(diagnosis, "cache", "leftovers")[0]!.facts, { works: 1, files: 0 });
  assertEquals(find(diagnosis, "cache", "quarantine")[0]!.facts, { count: 1, bytes: 0 });
  assertEquals(find(diagnosis, "cache", "content")[0]!.facts!.trees, 1);
  assertEquals(exists(`${sandbox.cache}/v1/work/0123`), true);
});
