/** Job control on a real terminal: ^Z, fg, ^C, ^\ and a new window size reach what they would reach. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { BINARY } from "../support/binary.ts";
import { output } from "../support/command.ts";
import { PYTHON } from "../support/python.ts";
import { Sandbox, sha256 } from "../support/sandbox.ts";
import { SlowServer } from "../support/slow_server.ts";

type Step =
  | readonly ["type" | "expect", string]
  | readonly ["resize", number, number]
  | readonly ["wait", number];

const DRIVER = new URL("terminal.py", import.meta.url).pathname;

/** Carries out the steps in a shell on a terminal of its own, and returns what was expected and came. */
async function atTerminal(sandbox: Sandbox, steps: readonly Step[]): Promise<string[]> {
  const spec = { env: sandbox.environment(), cwd: sandbox.path("home"), steps };
  const said = await output(PYTHON.path, ["-I", DRIVER], { stdin: JSON.stringify(spec) });
  return JSON.parse(said).seen;
}

const FILES = {
  "watch.py": `
import fcntl, os, signal, struct, sys, termios, time
def size():
    return "%d x %d" % struct.unpack("HHHH", fcntl.ioctl(0, termios.TIOCGWINSZ, bytes(8)))[:2]
say = lambda text: os.write(1, text.encode() + b"\\n")
signal.signal(signal.SIGWINCH, lambda *_: say("resized to " + size()))
heard = False
def continued(*_):
    global heard
    heard = True
    say("continued")
signal.signal(signal.SIGCONT, continued)
print("ready", os.tcgetpgrp(0) == os.getpgrp(), os.isatty(0), os.isatty(1), size(), flush=True)
if sys.argv[1:] == ["reads"]: print("read", sys.stdin.readline().strip(), flush=True)
while True:
    time.sleep(0.02)
    if heard and os.tcgetpgrp(0) == os.getpgrp():
        heard = False
        say("in the foreground")
`,
};

const CTRL_C = "\x03";
const CTRL_Z = "\x1a";
const CTRL_BACKSLASH = "\x1c";

/** What a person does with a program that runs in the foreground, and sees. */
function session(program: string): Step[] {
  const status: Step[] = [["type", "echo status=$?\n"], ["expect", "^status=\\d+$"]];
  return [
    // Jobs that stop are told at once, and not with the next prompt.
    ...[["type", `set -o notify; ${program}\n`], ["expect", "^ready .*$"]] as const,
    ...[["resize", 40, 100], ["expect", "resized to .*$"]] as const,
    ...[["type", CTRL_Z], ["expect", "^\\[1\\]\\+ +Stopped"], ...status] as const,
    ...[["type", "jobs -s | wc -l\n"], ["expect", "^1$"]] as const,
    ...[["type", "fg\n"], ["expect", "continued$"]] as const,
    ...[["type", CTRL_Z], ["expect", "Stopped"], ["type", "bg\n"]] as const,
    ...[["expect", "continued$"], ["type", "fg\n"], ["expect", "watch$"]] as const,
    // fg tells the command, and then gives it the terminal: ^C in between would be the shell's.
    ["expect", "^in the foreground$"],
    ...[["type", CTRL_C], ["expect", "^KeyboardInterrupt$"], ...status] as const,
    ...[["type", `${program}\n`], ["expect", "^ready .*$"]] as const,
    ...[["type", CTRL_BACKSLASH], ["expect", "^\\^\\\\Quit"], ...status] as const,
    // Reading in the background stops (SIGTTIN); in the foreground the line arrives.
    ...[["type", `${program} reads &\n`], ["expect", "ready .*$"]] as const,
    ...[["expect", "\\[1\\]\\+ +Stopped"]] as const,
    ...[["type", "fg\n"], ["expect", "continued$"], ["type", "a line\n"]] as const,
    ...[["expect", "^read a line$"], ["type", CTRL_C], ["expect", "^KeyboardInterrupt$"]] as const,
    ...status,
  ];
}

for (const how of ["", " --spawn"]) {
  Deno.test(`edgeboot run${how} leaves job control to the terminal: ^Z, fg, bg, ^C, ^\\, resizing, reading in the background`, async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("watch", FILES, { entrypoint: { module: "watch" } });
    const modules = await sandbox.write("modules", FILES);
    const [plain, through] = await Promise.all([
      atTerminal(sandbox, session(`PYTHONPATH=${modules} ${PYTHON.path} -m watch`)),
      atTerminal(sandbox, session(`${BINARY} run${how} watch`)),
    ]);
    // Where fg tells which command it continues, the two are different ones.
    const normal = (seen: string[]) => seen.map((line) => line.replace(/^.*watch$/, "watch"));
    assertEquals(normal(through), normal(plain));
    assertMatch(plain[0]!, /^ready True True True 24 x 80/);
    assertEquals(plain.filter((line) => line.startsWith("status")), [
      ...["status=148", "status=130", "status=131", "status=130"],
    ]);
  });
}

/** A bundle that takes about two seconds to arrive, at a terminal where a bar can be drawn. */
async function slowly(sandbox: Sandbox): Promise<{ server: SlowServer; start: string }> {
  const noise = Array.from({ length: 32 }, () => crypto.randomUUID().repeat(1800)).join("");
  const archive = await sandbox.archive({ "web.py": "print('up')\n", "noise.txt": noise }, "tar");
  const content = await Deno.readFile(archive);
  const server = new SlowServer(content);
  server.behaviour = { pauseMs: 60 };
  const start = `TERM=xterm ${BINARY} run --bundle ${server.url}/b --sha256 ${await sha256(
    content,
  )}`;
  return { server, start: `${start} --entry web` };
}

/** The bar has begun and is not full. */
const UNDER_WAY: Step = ["expect", "\\[#+-+\\]"];

Deno.test("edgeboot run stops at ^Z while it fetches, and goes on at fg", async () => {
  await using sandbox = await Sandbox.create();
  const { server, start } = await slowly(sandbox);
  await using _server = server;
  await atTerminal(sandbox, [
    ...[["type", `${start}\n`], UNDER_WAY, ["type", CTRL_Z]] as const,
    ...[["expect", "^\\[1\\]\\+ +Stopped"], ["wait", 1], ["type", "fg\n"]] as const,
    ...[["expect", "^up$"], ["type", "echo status=$?\n"], ["expect", "^status=0$"]] as const,
  ]);
  assertEquals(server.served.length, 1, "one download, from its begin to its end");
});

Deno.test("edgeboot run ends at ^C while it fetches, and leaves a cache that the next start can use", async () => {
  await using sandbox = await Sandbox.create();
  const { server, start } = await slowly(sandbox);
  await using _server = server;
  await atTerminal(sandbox, [
    ...[["type", `${start}\n`], UNDER_WAY, ["type", CTRL_C]] as const,
    ...[["expect", "\\$ $"], ["type", "echo status=$?\n"], ["expect", "^status=130$"]] as const,
  ]);
  const [first] = server.served;
  assert(first !== undefined && first.bytes < server.content.length, "it was under way");
  assertEquals([...Deno.readDirSync(`${sandbox.cache}/v1/trees/sha256`)], []);
  await atTerminal(sandbox, [["type", `${start}\n`], ["expect", "^up$"]]);
});
