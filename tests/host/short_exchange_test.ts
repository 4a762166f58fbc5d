import { assertEquals, assertRejects } from "@std/assert";
import { shortExchange } from "../../src/host/short_exchange.ts";

const REQUEST = "GET / HTTP/1.1\r\nhost: h\r\n\r\n";

/** A server that does one thing with each connection. */
async function withServer(
  serve: (connection: Deno.TcpConn) => Promise<void>,
  act: (port: number) => Promise<void>,
): Promise<void> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accept = async () => {
    for await (const connection of listener) {
      await serve(connection).catch(() => {});
      connection.close();
    }
  };
  const served = accept();
  await act(listener.addr.port);
  listener.close();
  await served.catch(() => {});
}

const to = (port: number) => ({ hostname: "127.0.0.1", port, isSecure: false, request: REQUEST });

/** Sends these pieces one after the other, once all of the request is here. */
const sending = (...pieces: string[]) => async (connection: Deno.TcpConn) => {
  const bytes = new Uint8Array(REQUEST.length);
  for (let got = 0; got < bytes.length;) got += await connection.read(bytes.subarray(got)) ?? 0;
  assertEquals(new TextDecoder().decode(bytes), REQUEST);
  for (const piece of pieces) await connection.write(new TextEncoder().encode(piece));
};

const ANSWERS: readonly [pieces: string[], line: string][] = [
  [["HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"], "HTTP/1.1 304 Not Modified"],
  [["HTT", "P/1.1 30", "4\r", "\n\r\n"], "HTTP/1.1 304"],
  [["HTTP/1.1 200 OK\n\n", "x".repeat(100_000)], "HTTP/1.1 200 OK"],
];

for (const [pieces, line] of ANSWERS) {
  Deno.test(`shortExchange gives "${line}" when it comes in ${pieces.length} pieces`, () =>
    withServer(sending(...pieces), async (port) => {
      assertEquals(await shortExchange({ ...to(port), withinMs: 5000 }), line);
    }));
}

for (const pieces of [[], ["HTTP/1.1 304"], ["x".repeat(2000)]]) {
  Deno.test(`shortExchange fails when ${pieces.join("").length} bytes without a line are all`, () =>
    withServer(sending(...pieces), async (port) => {
      await assertRejects(() => shortExchange({ ...to(port), withinMs: 5000 }));
    }));
}

for (const isSecure of [false, true]) {
  Deno.test({
    name: `shortExchange ends in time when nothing is answered${isSecure ? ", over TLS" : ""}`,
    // What is late is left behind, for the process that will be another program.
    ...{ sanitizeResources: false, sanitizeOps: false },
    fn: async () => {
      // Never accepted: the kernel connects, and nobody answers.
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = listener.addr;
      const error = await assertRejects(() =>
        shortExchange({ ...to(port), isSecure, withinMs: 50 })
      );
      assertEquals((error as Error).name, "TimeoutError");
      assertEquals(Deno.env.get("DENO_TLS_CA_STORE"), undefined);
    },
  });
}

Deno.test("shortExchange fails when nobody listens", async () => {
  const { port } = (() => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    return listener.addr;
  })();
  await assertRejects(() => shortExchange({ ...to(port), withinMs: 5000 }));
});
