import { assertEquals, assertRejects } from "@std/assert";
import { denoHttp } from "../../src/host/deno_http.ts";

async function withServer(
  answer: (request: Request) => Response,
  act: (url: string) => Promise<void>,
): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
  try {
    await act(`http://127.0.0.1:${server.addr.port}/`);
  } finally {
    await server.shutdown();
  }
}

function get(
  url: string,
  headers: Record<string, string> = {},
  signal = AbortSignal.timeout(5000),
) {
  return denoHttp.get({ url, headers, signal });
}

Deno.test("denoHttp follows no redirect", () =>
  withServer(
    () => new Response(null, { status: 302, headers: { location: "/elsewhere" } }),
    async (url) => {
      const response = await get(url);
      assertEquals([response.status, response.header("location")], [302, "/elsewhere"]);
      await response.cancel();
    },
  ));

Deno.test("denoHttp gives headers, an absent one as undefined, and the body in chunks", () =>
  withServer(
    (request) => new Response(request.headers.get("x-a"), { headers: { etag: '"e"' } }),
    async (url) => {
      const response = await get(url, { "x-a": "hello" });
      assertEquals([response.header("ETag"), response.header("x")], ['"e"', undefined]);
      let text = "";
      for await (const chunk of response.body()) text += new TextDecoder().decode(chunk);
      assertEquals(text, "hello");
    },
  ));

Deno.test("denoHttp has an empty body when there is none", () =>
  withServer(() => new Response(null, { status: 304 }), async (url) => {
    for await (const chunk of (await get(url)).body()) assertEquals(chunk.length, 0);
  }));

Deno.test("denoHttp ends when its signal does", () =>
  withServer(() => new Response("x"), async (url) => {
    await assertRejects(
      () => get(url, {}, AbortSignal.abort(new Error("enough"))),
      Error,
      "enough",
    );
  }));
