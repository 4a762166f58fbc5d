import { assert, assertEquals } from "@std/assert";
import { BINARY } from "../support/binary.ts";
import { output } from "../support/command.ts";
import { PYTHON } from "../support/python.ts";
import { Sandbox } from "../support/sandbox.ts";

const DRIVER = new URL("signals.py", import.meta.url).pathname;

const FILES = {
  "waits.py": `
import os, signal, sys, time
if sys.argv[1:] == ["handle"]:
    for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, lambda number, _: os.write(1, b"%d\\n" % number))
os.write(1, b"ready\\n")
while True: time.sleep(1)
`,
};

Deno.test("edgeboot run lets every signal end, stop or reach the app as it does without", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("waits", FILES, { entrypoint: { module: "waits" } });
  const modules = await sandbox.write("modules", FILES);
  assertEquals((await sandbox.edgeboot(["fetch", "waits"])).code, 0);
  const spec = {
    env: { ...sandbox.environment(), PYTHONPATH: modules },
    cwd: sandbox.path("home"),
    ways: {
      plain: [PYTHON.path, "-m", "waits"],
      through: [BINARY, "run", "--refresh", "never", "waits"],
    },
  };
  const said = await output(PYTHON.path, ["-I", DRIVER], { stdin: JSON.stringify(spec) });
  const { plain, through } = JSON.parse(said);
  assertEquals(through, plain);
  assertEquals([plain.handled, plain.default[15]], [true, "status 15"]);
  assert(Object.keys(plain.default).length > 55, "realtime signals as well");
});
