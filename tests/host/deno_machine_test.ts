import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { denoMachine } from "../../src/host/deno_machine.ts";

Deno.test("denoMachine finds that this process may exec, and is still there afterwards", () => {
  assertEquals(denoMachine.execRefusal(), undefined);
});

Deno.test("denoMachine knows libc's version and what a file system has left", () => {
  assertMatch(denoMachine.libcVersion() ?? "", /^2\.\d+$/);
  const use = denoMachine.fileSystemUse("/")!;
  assert(use.totalBytes > use.freeBytes && use.freeBytes > 0, JSON.stringify(use));
  assertEquals(denoMachine.fileSystemUse("/nowhere/at/all"), undefined);
});

Deno.test("denoMachine looks names up as getaddrinfo does", async () => {
  assert((await denoMachine.lookUp("localhost")).some((each) => /^(127\.|::1)/.test(each)));
  await assertRejects(() => denoMachine.lookUp("name.invalid"), Error);
});

Deno.test("denoMachine gives up on a handshake that nobody answers", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  const accepted = listener.accept();
  const to = { host: "127.0.0.1", port };
  try {
    const { tcpMs, tlsMs } = await denoMachine.connect({ ...to, tls: false }, 5000);
    assert(tcpMs >= 0 && tlsMs === 0);
    await assertRejects(() => denoMachine.connect({ ...to, tls: true }, 100), Error, "no answer");
  } finally {
    listener.close();
    (await accepted).close();
  }
});
