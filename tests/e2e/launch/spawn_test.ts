import { assertEquals } from "@std/assert";
import { BINARY } from "../support/binary.ts";
import { Sandbox } from "../support/sandbox.ts";

const FILES = {
  "ends.py": `
import os, signal, sys
if sys.argv[1].isdigit(): sys.exit(int(sys.argv[1]))
if sys.argv[1] != "SIGKILL": signal.signal(getattr(signal, sys.argv[1]), signal.SIG_DFL)
os.kill(os.getpid(), getattr(signal, sys.argv[1]))
`,
  "waits.py": `
import signal, sys, time
names = sys.argv[1:]
seen = []
for name in names: signal.signal(getattr(signal, name), lambda number, _: seen.append(signal.Signals(number).name))
print("ready", flush=True)
for told in range(len(names)):
    while len(seen) == told: time.sleep(0.01)
    print(seen[told], flush=True)
sys.exit(7)
`,
};

Deno.test("edgeboot run --spawn ends as the app ends", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("ends", FILES, { entrypoint: { module: "ends" } });
  for (const code of [0, 1, 42, 126, 255]) {
    const ended = await sandbox.edgeboot(["run", "--spawn", "ends", String(code)]);
    assertEquals([ended.code, ended.signal], [code, null], ended.stderr);
  }
  for (const signal of ["SIGTERM", "SIGKILL", "SIGUSR1", "SIGSEGV", "SIGPIPE"] as const) {
    const ended = await sandbox.edgeboot(["run", "--spawn", "ends", signal]);
    assertEquals(ended.signal, signal, ended.stderr);
  }
});

Deno.test("edgeboot run --spawn passes signals on", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("waits", FILES, { entrypoint: { module: "waits" } });
  const signals = ["SIGHUP", "SIGUSR1", "SIGUSR2", "SIGINT", "SIGQUIT", "SIGTERM"] as const;
  const child = new Deno.Command(BINARY, {
    args: ["run", "waits", ...signals],
    ...{ env: { ...sandbox.environment(), EDGEBOOT_SPAWN: "yes" }, clearEnv: true },
    ...{ stdin: "null", stdout: "piped", stderr: "null" } as const,
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  assertEquals((await reader.read()).value, "ready\n");
  for (const signal of signals) {
    child.kill(signal);
    // Signals that are pending together have no order.
    assertEquals((await reader.read()).value, `${signal}\n`);
  }
  await reader.cancel();
  assertEquals((await child.status).code, 7);
});

Deno.test("edgeboot run --spawn reports what cannot be started with 126", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("m", { "m.py": "" }, { entrypoint: { module: "m" } });
  const text = await sandbox.write("broken", { "tool": "not a program" });
  await Deno.chmod(`${text}/tool`, 0o755);
  const args = ["exec", "--spawn", "m", `${text}/absent`];
  assertEquals((await sandbox.edgeboot(args)).code, 126);
});
