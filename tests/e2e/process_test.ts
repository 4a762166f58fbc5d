import { assert, assertEquals } from "@std/assert";
import { BINARY } from "./support/binary.ts";
import { needsRoot } from "./support/e2e.ts";
import { command } from "./support/command.ts";
import { PICTURE } from "./support/picture.ts";
import { PYTHON } from "./support/python.ts";
import { Sandbox, sha256 } from "./support/sandbox.ts";

const FILES = {
  ...PICTURE,
  "ends.py": "import sys, os, signal\n" +
    "if sys.argv[1].isdigit(): sys.exit(int(sys.argv[1]))\n" +
    "os.kill(os.getpid(), getattr(signal, sys.argv[1]))\n",
  "streams.py": "import json, os, sys\n" +
    "links = {n: os.readlink('/proc/self/fd/' + n) for n in os.listdir('/proc/self/fd')\n" +
    "    if os.path.exists('/proc/self/fd/' + n)}\n" +
    "with open(sys.argv[1], 'w') as file: json.dump(links, file)\n",
  "digest.py": "import hashlib, os, sys\n" +
    "text = b'\\0'.join(map(os.fsencode, sys.argv[1:]))\n" +
    "print(len(sys.argv) - 1, hashlib.sha256(text).hexdigest())\n",
  "echo.py": "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])\n",
};

async function published(): Promise<Sandbox> {
  const sandbox = await Sandbox.create();
  await sandbox.publish("pic", FILES, { entrypoint: { module: "picture" } });
  return sandbox;
}

type Picture = Record<string, unknown> & {
  readonly status: Readonly<Record<string, string>>;
  readonly fds: Readonly<Record<string, string>>;
  readonly blocking: Readonly<Record<string, boolean>>;
};

/** Started by a shell, in place of itself, after the shell has set up something inheritable. */
async function picture(sandbox: Sandbox, setUp: string, how: readonly string[]): Promise<Picture> {
  const bounded = needsRoot === undefined ? "--bounding-set=-net_raw,-sys_time" : "";
  const env = sandbox.environment({ env: { BOUNDED: bounded } });
  const script = `${setUp}\nexec "$@"`;
  const { stdout, stderr, pid } = await command("/bin/sh", ["-c", script, "sh", ...how], {
    ...{ env, clearEnv: true, cwd: sandbox.path("home") },
  });
  assert(stdout.startsWith("{"), stderr);
  return { ...JSON.parse(stdout), spawned: pid };
}

const SET_UPS: readonly (readonly [string, string])[] = [
  ["nothing special", ""],
  ["a tight umask", "umask 077"],
  ["an open umask", "umask 000"],
  ["lowered limits", "ulimit -n 512; ulimit -c 0; ulimit -S -s 4096"],
  ["ignored signals", 'trap "" INT TERM HUP QUIT USR1 CHLD'],
  ["a low priority", "renice -n 5 -p $$ >/dev/null"],
  [
    "a scheduling class, one processor, idle disk access",
    "chrt -b -p 0 $$; taskset -p 1 $$ >&2; ionice -c 3 -p $$",
  ],
  [
    "an OOM score, timer slack, a filter for core dumps",
    "echo 500 >/proc/$$/oom_score_adj; echo 90000 >/proc/$$/timerslack_ns; echo 7 >/proc/$$/coredump_filter",
  ],
  ["a personality", 'set -- setarch --addr-no-randomize "$@"'],
  [
    "no new privileges, a parent death signal, fewer capabilities",
    'set -- setpriv --no-new-privs --pdeathsig USR1 $BOUNDED "$@"',
  ],
  ["inherited descriptors", "exec 3</dev/zero 7>/dev/null 9<>/dev/null"],
  ["a closed stdin", "exec <&-"],
  ["a closed stderr", "exec 2>&-"],
];

for (const [name, setUp] of SET_UPS) {
  Deno.test(`edgeboot run leaves the process as it was when it is started with ${name}`, async () => {
    await using sandbox = await published();
    const modules = await sandbox.write("modules", FILES);
    const venv = sandbox.path("venv");
    await command(PYTHON.path, ["-I", "-m", "venv", "--without-pip", venv]);
    const direct = await picture(sandbox, setUp, [
      ...["env", `PYTHONPATH=${modules}`, `${venv}/bin/python`],
      ...["-m", "picture", "a b", "--", "-v", ""],
    ]);
    const cold = await picture(sandbox, setUp, [BINARY, "run", "pic", "a b", "--", "-v", ""]);
    const warm = await picture(sandbox, setUp, [BINARY, "run", "pic", "a b", "--", "-v", ""]);
    for (const through of [cold, warm]) {
      assertEquals(through.pid, through.spawned, "exec keeps the PID");
      assertEquals(through.children, "", "no helper process stays");
      assertEquals(comparable(through), comparable(direct));
      const leases = Object.entries(through.fds).filter(([, end]) => isLease(end));
      assertEquals(leases.map(([fd]) => fd), ["40"], "of the app's environment");
    }
  });
}

/** What keeps the collector away while the app runs. */
function isLease(end: string): boolean {
  return /\/v1\/leases\/environments\/[0-9a-f]{64}$/.test(end);
}

/** Of /proc/self/status: the PID by its other names, what it has used so far, the user's queued signals. */
const COUNTED =
  /^(?:Pid|Tgid|Ngid|NSpid|NStgid|Vm\w+|Rss\w+|\w*ctxt_switches|HugetlbPages|SigQ|SigIgn)$/;

/**
 * Without what two starts can never share: PIDs, and pipes made for one of them. A standard stream that
 * was closed is /dev/null afterwards: the runtime opens it so that no file gets its number.
 */
function comparable(seen: Picture): Record<string, unknown> {
  const { pid: _pid, spawned: _spawned, path: _path, orig_argv: _argv, fds, status, ...rest } =
    seen;
  const blocking = { 0: true, 2: true, ...seen.blocking };
  const ends = Object.entries({ 0: "/dev/null", 2: "/dev/null", ...fds })
    .filter(([, end]) => !isLease(end))
    .map(([fd, end]) => [fd, end.replace(/\d+/g, "N"), blocking[fd as "0"]]);
  const kept = Object.entries(status).filter(([name]) => !COUNTED.test(name));
  const signals = { SigIgn: ordinary(status.SigIgn!) };
  return {
    ...rest,
    blocking: undefined,
    fds: ends,
    status: { ...Object.fromEntries(kept), ...signals },
  };
}

/** Signals 32 and 33 are glibc's own and no program can set them; a thread in edgeboot's past does. */
function ordinary(mask: string): bigint {
  return BigInt(`0x${mask}`) & 0x7fffffffn;
}

Deno.test("edgeboot run passes blocked signals on when its parent has blocked some", async () => {
  await using sandbox = await published();
  const block = "import os, signal, sys\n" +
    "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGUSR1, signal.SIGALRM})\n" +
    "os.execv(sys.argv[1], sys.argv[1:])\n";
  const how = [PYTHON.path, "-I", "-c", block, BINARY, "run", "pic"];
  for (const _start of ["cold", "warm"]) {
    const seen = await picture(sandbox, "", how);
    assertEquals(BigInt(`0x${seen.status.SigBlk}`), (1n << 14n) | (1n << 9n) | (1n << 13n));
  }
});

Deno.test("edgeboot run passes every ignored signal on when its parent ignores all of them", async () => {
  await using sandbox = await published();
  const ignore = "import os, signal, sys\n" +
    "for s in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}: signal.signal(s, signal.SIG_IGN)\n" +
    "os.execv(sys.argv[1], sys.argv[1:])\n";
  const how = [PYTHON.path, "-I", "-c", ignore, BINARY, "run", "pic"];
  for (const start of ["cold", "warm"]) {
    const seen = await picture(sandbox, "", how);
    const all = (1n << 64n) - 1n;
    const never = (1n << 8n) | (1n << 18n);
    // Those behind 31 are glibc's two, and then what no program means by accident.
    assertEquals(BigInt(`0x${seen.status.SigIgn}`) | (3n << 31n), all - never, start);
  }
});

Deno.test("edgeboot run gives the app no descriptor of its own as a standard stream when all are closed", async () => {
  await using sandbox = await published();
  const script = 'exec "$@" <&- >&- 2>&-';
  const report = sandbox.path("fds");
  const args = ["-c", script, "sh", BINARY, "run", "--entry", "streams", "pic", report];
  for (const start of ["cold", "warm"]) {
    const options = { env: sandbox.environment(), clearEnv: true };
    assertEquals((await command("/bin/sh", args, options)).code, 0, start);
    const found = JSON.parse(await Deno.readTextFile(report));
    assertEquals([found[0], found[1], found[2]], ["/dev/null", "/dev/null", "/dev/null"]);
    assert(isLease(found[40]), found[40]);
  }
});

Deno.test("edgeboot run hands 1.4 MB of arguments on, one of them as long as the kernel takes", async () => {
  await using sandbox = await published();
  // MAX_ARG_STRLEN is 128 KiB with the NUL behind it (execve(2)).
  const longest = "x".repeat(128 * 1024 - 1);
  const args = [longest, ...Array.from({ length: 8000 }, (_, n) => `${n}-\u00e9`.padEnd(150, "a"))];
  const expected = await sha256(args.join("\0"));
  for (const start of ["cold", "warm"]) {
    const ended = await sandbox.edgeboot(["run", "--entry", "digest", "pic", ...args]);
    assertEquals([ended.code, ended.stdout], [0, `${args.length} ${expected}\n`], start);
  }
});

Deno.test("edgeboot exec resets SIGPIPE to its default action when the runtime has ignored it", async () => {
  await using sandbox = await published();
  const how = [BINARY, "exec", "pic", "/bin/cat", "/proc/self/status"];
  for (const _start of ["cold", "warm"]) {
    const { stdout, stderr } = await command(how[0]!, how.slice(1), {
      ...{ env: sandbox.environment(), clearEnv: true },
    });
    const signals = Object.fromEntries(stdout.split("\n").map((line) => line.split(":\t")));
    const masks = [signals.SigIgn, signals.SigBlk, signals.SigCgt].map(ordinary);
    assertEquals(masks, [0n, 0n, 0n], stderr);
  }
});

Deno.test("edgeboot run ends with the app's exit code when that is 0 to 255", async () => {
  await using sandbox = await published();
  await sandbox.edgeboot(["fetch", "pic"]);
  const codes = Array.from({ length: 256 }, (_, code) => code);
  const ended: number[] = new Array(256);
  const queue = codes.values();
  const worker = async () => {
    for (const code of queue) {
      const args = ["run", "--entry", "ends", "--refresh", "never", "pic", String(code)];
      ended[code] = (await sandbox.edgeboot(args)).code;
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  assertEquals(ended, codes);
});

Deno.test("edgeboot run dies of the app's signal when the app is killed by one", async () => {
  await using sandbox = await published();
  for (const signal of ["SIGTERM", "SIGKILL", "SIGSEGV", "SIGPIPE"] as const) {
    const ended = await sandbox.edgeboot(["run", "--entry", "ends", "pic", signal]);
    // Python ignores SIGPIPE by itself and then ends in peace.
    assertEquals(ended.signal, signal === "SIGPIPE" ? null : signal);
  }
});

Deno.test("edgeboot run gives stdin and stdout to the app when both are pipes", async () => {
  await using sandbox = await published();
  const bytes = crypto.getRandomValues(new Uint8Array(60_000)).map((byte) => byte % 128);
  for (const start of ["cold", "warm"]) {
    const args = ["run", "--entry", "echo", "pic"];
    const { stdout, stderr } = await sandbox.edgeboot(args, { stdin: bytes });
    assertEquals(new TextEncoder().encode(stdout), bytes.toReversed());
    if (start === "warm") assertEquals(stderr, "");
  }
});
