import { assert, assertEquals, assertMatch } from "@std/assert";
import { PATIENCE } from "../../../src/model/patience.ts";
import { PYTHON } from "../support/python.ts";
import { Sandbox } from "../support/sandbox.ts";
import { StaticServer } from "../support/server.ts";

/** A queue of one connection, and two that wait in it: the kernel drops the SYN of a third one. */
const FULL = `
import socket, sys, time
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", int(sys.argv[1])))
server.listen(0)
waiting = []
for _ in range(2):
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(server.getsockname())
    waiting.append(client)
time.sleep(0.3)
print(server.getsockname()[1], flush=True)
sys.stdin.read()
`;

/** An address to which nobody ever answers, not even with a refusal: as behind a firewall that drops. */
async function blackHole(port = 0): Promise<{ url: string } & AsyncDisposable> {
  const child = new Deno.Command(PYTHON.path, {
    args: ["-I", "-c", FULL, String(port)],
    ...{ stdin: "piped", stdout: "piped", stderr: "inherit" },
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return {
    url: `http://127.0.0.1:${Number(new TextDecoder().decode(value))}`,
    async [Symbol.asyncDispose]() {
      await child.stdin.close();
      await child.status;
    },
  };
}

const WEB = { "web.py": "print('up')\n" };
const START = { entrypoint: { module: "web" } };

Deno.test("edgeboot ends where no connection comes about, within what help says, and tells each attempt", async () => {
  await using hole = await blackHole();
  await using sandbox = await Sandbox.create();
  await sandbox.publish("web", WEB, START);
  const { answerMs, attempts, documentMs } = PATIENCE.patient;
  const began = performance.now();
  const { code, stderr } = await sandbox.edgeboot(["run", "web"], { registry: hole.url });
  const took = performance.now() - began;
  assertEquals(code, 69, stderr);
  for (let attempt = 2; attempt <= attempts; attempt++) {
    assertMatch(stderr, new RegExp(`no answer within 15 s; attempt ${attempt} of ${attempts} in `));
  }
  assertMatch(stderr, /why: {2}no answer within 15 s \(attempt 4 of 4\)\n/);
  assert(took >= answerMs * attempts, `it gave up after ${took} ms`);
  assert(took < documentMs, `it took ${took} ms`);
});

Deno.test("edgeboot run starts the last good release where no connection comes about any more", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("web", WEB, START);
  const server = new StaticServer(sandbox.registry);
  const { url: registry } = server;
  assertEquals((await sandbox.edgeboot(["run", "web"], { registry })).code, 0);
  await server[Symbol.asyncDispose]();
  await using hole = await blackHole(Number(new URL(registry).port));
  assertEquals(hole.url, registry);
  const { code, stdout, stderr } = await sandbox.edgeboot(["run", "web"], { registry });
  assertEquals([code, stdout], [0, "up\n"], stderr);
  assertMatch(stderr, /no answer within 3 s/);
});
