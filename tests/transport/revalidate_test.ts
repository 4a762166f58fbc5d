import { assert, assertEquals } from "@std/assert";
import type { ShortExchange } from "../../src/host/ports.ts";
import { parseLocation } from "../../src/model/location.ts";
import { isUnchanged } from "../../src/transport/revalidate.ts";

interface Question {
  readonly url?: string;
  readonly validator?: string;
  readonly token?: string;
  readonly status?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const URL_OF_CHANNEL = "http://registry.example/base/apps/hello/stable.json";

async function ask(
  {
    url = URL_OF_CHANNEL,
    validator = '"1"',
    token,
    status = "HTTP/1.1 304 Not Modified",
    env = {},
  }: Question,
): Promise<{ answer: boolean; asked: ShortExchange | undefined }> {
  let asked: ShortExchange | undefined;
  const { location, credentials } = parseLocation(url, "registry");
  const authority = { origin: new URL(location).origin, credentials, token };
  const answer = await isUnchanged(location, validator, { authority, userAgent: "edgeboot/1" }, {
    env: new Map(Object.entries(env)),
    exchange: (request) => {
      asked = request;
      return Promise.resolve(status);
    },
  });
  return { answer, asked };
}

Deno.test("isUnchanged asks as any other request does, for this validator", async () => {
  const { answer, asked } = await ask({ url: `${URL_OF_CHANNEL}?sig=a%2Fb`, token: "t0ken" });
  assert(answer);
  const { request, withinMs, ...to } = asked!;
  assertEquals(to, { hostname: "registry.example", port: 80, isSecure: false });
  assert(withinMs > 0);
  const [line, ...headers] = request.split("\r\n");
  assertEquals(line, "GET /base/apps/hello/stable.json?sig=a%2Fb HTTP/1.1");
  assertEquals(headers.slice(-2), ["", ""]);
  assertEquals(headers.slice(0, -2).sort(), [
    "accept-encoding: identity",
    "accept: */*",
    "authorization: Bearer t0ken",
    "connection: close",
    "host: registry.example",
    'if-none-match: "1"',
    "user-agent: edgeboot/1",
  ]);
});

const PLACES: readonly [url: string, to: Partial<ShortExchange>, host: string][] = [
  ["https://a/x", { hostname: "a", port: 443, isSecure: true }, "a"],
  ["https://a:8443/x", { hostname: "a", port: 8443, isSecure: true }, "a:8443"],
  ["http://[::1]:81/x", { hostname: "::1", port: 81, isSecure: false }, "[::1]:81"],
];

for (const [url, expected, host] of PLACES) {
  Deno.test(`isUnchanged connects to the right place when it is ${url}`, async () => {
    const { asked } = await ask({ url });
    const { request, withinMs: _, ...to } = asked!;
    assertEquals(to, expected);
    assert(request.includes(`\r\nhost: ${host}\r\n`), request);
  });
}

Deno.test("isUnchanged sends the credentials of the registry's address", async () => {
  const { asked } = await ask({ url: "http://user:pä@registry.example/x" });
  assert(asked!.request.includes("authorization: Basic dXNlcjpww6Q=\r\n"), asked!.request);
});

const ANSWERS: readonly [status: string, isUnchanged: boolean][] = [
  ["HTTP/1.1 304 Not Modified", true],
  ["HTTP/1.1 304", true],
  ["HTTP/1.0 304 Not Modified", true],
  ["HTTP/1.1 200 OK", false],
  ["HTTP/1.1 200 304", false],
  ["HTTP/1.1 3040 ", false],
  ["HTTP/1.1 302 Found", false],
  ["HTTP/1.1 404 Not Found", false],
  ["HTTP/1.1 503 Service Unavailable", false],
  ["HTTP/1.1 103 Early Hints", false],
  ["SSH-2.0-OpenSSH_9.2", false],
  ["", false],
];

for (const [status, expected] of ANSWERS) {
  Deno.test(`isUnchanged is ${expected} when the answer begins ${JSON.stringify(status)}`, async () => {
    assertEquals((await ask({ status })).answer, expected);
  });
}

const NOT_ASKED: readonly [what: string, question: Question][] = [
  ["the way leads through a proxy", { env: { HTTP_PROXY: "http://proxy:1" } }],
  ["a validator has a line break", { validator: '"1"\r\nx: y' }],
  ["a validator is no ASCII", { validator: '"\u00e9"' }],
  ["it is a file", { url: "file:///registry/apps/hello/stable.json" }],
];

for (const [what, question] of NOT_ASKED) {
  Deno.test(`isUnchanged asks nobody when ${what}`, async () => {
    assertEquals(await ask(question), { answer: false, asked: undefined });
  });
}
