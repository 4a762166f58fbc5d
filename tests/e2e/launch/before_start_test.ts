import { assertEquals } from "@std/assert";
import { BINARY } from "../support/binary.ts";
import { command, type Ended } from "../support/command.ts";
import { e2e } from "../support/e2e.ts";
import { withEnvironment } from "../support/exact_environment.ts";
import { needsPidNamespace, PID_ONE } from "../support/pid_one.ts";
import { PYTHON } from "../support/python.ts";
import { Sandbox } from "../support/sandbox.ts";

/** Only the instructions in front of the runtime make a difference here, and aarch64 has none. */
const needsPrelude = Deno.build.arch === "x86_64" ? undefined : "this machine has no prelude";

const SHOW = `import json
print(json.dumps(open("/proc/self/environ", "rb").read().decode("latin-1").split("\\0")[:-1]))
`;

/** An app that is large enough for a second thread, which starts a second runtime. */
async function published(): Promise<Sandbox> {
  const sandbox = await Sandbox.create();
  const noise = Array.from(
    { length: 40 },
    () => crypto.getRandomValues(new Uint8Array(60_000)).toHex(),
  );
  const files = { "show.py": SHOW, "noise.txt": noise.join("\n") };
  await sandbox.publish("show", files, { entrypoint: { module: "show" } });
  return sandbox;
}

interface Start {
  readonly args?: readonly string[];
  /** What comes before edgeboot. */
  readonly wrapper?: readonly string[];
}

/** Starts the app with these variables, one character a byte, behind those of the sandbox. */
async function start(sandbox: Sandbox, variables: readonly string[], how: Start = {}) {
  const { TMPDIR: _, ...own } = sandbox.environment();
  const environment = [...Object.entries(own).map((entry) => entry.join("=")), ...variables];
  const argv = [...how.wrapper ?? [], BINARY, "run", ...how.args ?? [], "show"];
  const [program, ...args] = withEnvironment(argv, environment);
  return await command(program!, args, { cwd: sandbox.root });
}

/** What the app has got, without what edgeboot sets and what the sandbox brings. */
function inherited({ code, stdout, stderr }: Ended): string[] {
  assertEquals(code, 0, stderr);
  const others = /^(PATH|HOME|PYTHONPATH|EDGEBOOT_\w+)=/;
  return (JSON.parse(stdout) as string[]).filter((variable) => !others.test(variable));
}

const ENVIRONMENTS: readonly (readonly [string, readonly string[]])[] = [
  ["TMPDIR is empty", ["TMPDIR="]],
  ["TMPDIR is a dot", ["TMPDIR=."]],
  ["TMPDIR is relative", ["A=1", "TMPDIR=rel/ative", "B=2"]],
  ["TMPDIR is not UTF-8", ["TMPDIR=\xff/\xfe"]],
  ["TMPDIR is absolute and odd", ["TMPDIR=/%zz/\xff ?#"]],
  ["NODE_CHANNEL_FD is no number", ["NODE_CHANNEL_FD=abc"]],
  ["NODE_CHANNEL_FD is closed", ["NODE_CHANNEL_FD=77", "NODE_CHANNEL_SERIALIZATION_MODE=json"]],
  ["NODE_CHANNEL_FD is empty and not the last", ["NODE_CHANNEL_FD=", "Z="]],
  ["both are there, twice and between others", [
    ...["A=1", "TMPDIR=", "X=\xff", "NODE_CHANNEL_FD=abc", "TMPDIR=/tmp", "NODE_CHANNEL_FD=\xff"],
    ...["TMPDIR=x", "Z=2"],
  ]],
  ["names and texts are like them", [
    ...[
      "TMPDI",
      "TMPDIR",
      "TMPDIRS=x",
      "NODE_CHA",
      "NODE_CHANNEL_F=",
      "NODE_CHANNEL_FDS=1",
      "",
      "T",
    ],
    ...["XTMPDIR=", "tMPDIR=x", "NODE_CHAxxxxx"],
  ]],
];

for (const [when, variables] of ENVIRONMENTS) {
  e2e(`edgeboot run hands on the environment as it is when ${when}`, needsPrelude, async () => {
    await using sandbox = await published();
    assertEquals(inherited(await start(sandbox, variables)), variables, "cold");
    const warm = await start(sandbox, variables);
    assertEquals(inherited(warm), variables, "warm");
    assertEquals(warm.stderr, "");
    const spawned = await start(sandbox, variables, { args: ["--spawn"] });
    assertEquals(inherited(spawned), variables, "spawned");
  });
}

const BOTH = ["TMPDIR=", "A=\xff", "NODE_CHANNEL_FD=9"];

e2e(
  "edgeboot run hands on the environment as it is when it is PID 1",
  needsPrelude ?? needsPidNamespace,
  async () => {
    await using sandbox = await published();
    const wrapper = ["/usr/bin/unshare", ...PID_ONE];
    for (const args of [[], ["--spawn"]]) {
      const ended = await start(sandbox, BOTH, { args, wrapper });
      // unshare(1) adds nothing.
      assertEquals(inherited(ended), BOTH, args.join());
    }
  },
);

e2e(
  "edgeboot leaves the channel of a parent to the app when NODE_CHANNEL_FD is open",
  needsPrelude,
  async () => {
    await using sandbox = await published();
    const app = `import os, socket
channel = socket.socket(fileno=int(os.environ["NODE_CHANNEL_FD"]))
channel.sendall(b"from the app")
`;
    await sandbox.publish("talk", { "talk.py": app }, { entrypoint: { module: "talk" } });
    const parent = `import os, socket, subprocess, sys
ours, theirs = socket.socketpair()
environment = {**os.environ, "NODE_CHANNEL_FD": str(theirs.fileno())}
subprocess.run(sys.argv[1:], env=environment, pass_fds=[theirs.fileno()], check=True)
theirs.close()
print(ours.makefile().read())
`;
    const { stdout, stderr } = await command(
      PYTHON.path,
      ["-I", "-c", parent, BINARY, "run", "talk"],
      { env: sandbox.environment(), clearEnv: true },
    );
    assertEquals(stdout, "from the app\n", stderr);
  },
);

e2e("edgeboot answers for itself when TMPDIR is relative", needsPrelude, async () => {
  await using sandbox = await published();
  const env = { TMPDIR: "rel", NODE_CHANNEL_FD: "x" };
  for (
    const args of [["--version"], ["help"], ["explain", "show"], ["fetch", "show"], ["verify"]]
  ) {
    const { code, stderr } = await sandbox.edgeboot(args, { env });
    assertEquals(code, 0, stderr);
  }
});
