import { assert, assertEquals, assertMatch } from "@std/assert";
import { BINARY } from "./support/binary.ts";
import { output } from "./support/command.ts";
import { PYTHON } from "./support/python.ts";
import { Sandbox } from "./support/sandbox.ts";

/** Plays the service manager: prints each datagram, with the PID of its sender, as JSON. */
const MANAGER = String.raw`
import json, os, socket, subprocess, sys
name, *command = sys.argv[1:]
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
manager.bind("\0" + name[1:] if name[0] == "@" else name)
child = subprocess.Popen(command, env={**os.environ, "NOTIFY_SOCKET": name}, stdout=subprocess.PIPE)
printed = child.communicate()[0].decode()
manager.setblocking(False)
messages = []
while True:
    try:
        data, control, _, _ = manager.recvmsg(65536, 1024)
    except BlockingIOError:
        break
    messages.append([int.from_bytes(control[0][2][:4], "little") == child.pid, data.decode()])
print(json.dumps({"code": child.returncode, "printed": printed, "messages": messages}))
`;

interface Managed {
  readonly code: number;
  readonly printed: string;
  /** Whether it came from the main process, and the text. */
  readonly messages: [boolean, string][];
}

async function managed(sandbox: Sandbox, socket: string, ...args: string[]): Promise<Managed> {
  const env = sandbox.environment();
  const text = await output(PYTHON.path, ["-I", "-c", MANAGER, socket, BINARY, ...args], {
    ...{ env, clearEnv: true },
  });
  return JSON.parse(text);
}

const APP = { "web.py": 'import os; print(os.environ["NOTIFY_SOCKET"])\n' };

for (const kind of ["a path", "an abstract name"]) {
  Deno.test(`edgeboot run tells a manager at ${kind} when it fetches, and only then`, async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("web", APP, { entrypoint: { module: "web" } });
    const socket = kind === "a path" ? sandbox.path("notify") : `@${crypto.randomUUID()}`;
    const cold = await managed(sandbox, socket, "run", "web");
    assertEquals([cold.code, cold.printed], [0, `${socket}\n`]);
    assert(cold.messages.every(([fromMain]) => fromMain), JSON.stringify(cold.messages));
    const texts = cold.messages.map(([, text]) => text);
    assertMatch(texts[0]!, /^EXTEND_TIMEOUT_USEC=30000000\nSTATUS=edgeboot: \S.* web@stable\n$/);
    assertEquals(texts.at(-1), "EXTEND_TIMEOUT_USEC=90000000\nSTATUS=\n");

    if (kind === "a path") await Deno.remove(socket);
    const warm = await managed(sandbox, socket, "run", "web");
    assertEquals(warm, { code: 0, printed: `${socket}\n`, messages: [] });
  });
}

Deno.test("edgeboot run starts the app when nobody is at the manager's socket", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("web", APP, { entrypoint: { module: "web" } });
  for (const socket of ["/nowhere/notify", "@nobody", "vsock:2:1", "nonsense", "/"]) {
    const { code, stdout, stderr } = await sandbox.edgeboot(["run", "web"], {
      env: { NOTIFY_SOCKET: socket, EDGEBOOT_CACHE: sandbox.path(crypto.randomUUID()) },
    });
    assertEquals([code, stdout], [0, `${socket}\n`], stderr);
  }
});
