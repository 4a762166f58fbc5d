import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { gzipSync } from "node:zlib";
import { denoHost } from "../../src/host/deno_host.ts";
import { type HttpClient, HttpError, type HttpRequest } from "../../src/host/ports.ts";
import { ANEW } from "../../src/model/content.ts";
import type { Location } from "../../src/model/location.ts";
import type { Retry } from "../../src/transport/attempts.ts";
import { HttpFetcher } from "../../src/transport/http_fetcher.ts";
import type { Authority } from "../../src/transport/request_headers.ts";
import { FakeRegistry, type Served } from "../support/fake_registry.ts";
import { RecordingClock, withManualTimers } from "../support/manual_time.ts";
import { assertRefused } from "../support/refusal.ts";
import { inTempDir } from "../support/temp.ts";
import { asContent, testFetcher, text } from "./contract.ts";
import { scripted } from "./scripted.ts";

interface Bench {
  readonly fetcher: HttpFetcher;
  readonly served: Served;
  readonly clock: RecordingClock;
  readonly dir: string;
}

function fetcherWith(
  clock: RecordingClock,
  authority?: Authority,
  http: HttpClient = denoHost.http,
) {
  return new HttpFetcher({ http, clock, authority, userAgent: "edgeboot/test" });
}

testFetcher("HttpFetcher", (directory) => {
  const served = new FakeRegistry(directory).serve();
  return {
    fetcher: fetcherWith(new RecordingClock()),
    url: (path) => `${served.url}/${path}` as Location,
    [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
  };
});

function test(behaviour: string, act: (bench: Bench) => Promise<void>): void {
  Deno.test(`HttpFetcher ${behaviour}`, () =>
    inTempDir(async (dir) => {
      await using served = new FakeRegistry(dir).serve();
      const clock = new RecordingClock();
      await act({ fetcher: fetcherWith(clock), served, clock, dir });
    }));
}

test("asks for the bytes as they are and says who it is", async ({ fetcher, served, dir }) => {
  Deno.writeTextFileSync(`${dir}/a`, "x");
  await text(asContent(await fetcher.fetch(`${served.url}/a`)));
  const { headers } = served.requests[0]!;
  assertEquals(headers.get("accept-encoding"), "identity");
  assertEquals(headers.get("user-agent"), "edgeboot/test");
  assertEquals(headers.get("authorization"), null);
});

for (const status of [401, 403]) {
  test(`refuses with 77 at once when the server says ${status}`, async ({ fetcher, served }) => {
    served.fail(/./, { kind: "status", status });
    const fetch = () => fetcher.fetch(`${served.url}/a?sig=secret`);
    const error = await assertRefused(fetch, "REGISTRY_DENIED", 77);
    assertEquals(served.requests.length, 1);
    assert(!error.message.includes("secret"), error.message);
  });
}

for (const status of [400, 405, 418, 501]) {
  test(`gives up at once when the server says ${status}`, async ({ fetcher, served }) => {
    served.fail(/./, { kind: "status", status });
    const fetch = () => fetcher.fetch(`${served.url}/a`);
    const error = await assertRefused(fetch, "REGISTRY_UNREACHABLE", 69);
    assertEquals(error.facts.status, status);
    assertEquals(served.requests.length, 1);
  });
}

test("says absent when the server says 410", async ({ fetcher, served }) => {
  served.fail(/./, { kind: "status", status: 410 });
  assertEquals(await fetcher.fetch(`${served.url}/a`), { kind: "absent" });
});

test("tries again after 503 and waits as long as Retry-After says", async (bench) => {
  const { fetcher, served, clock, dir } = bench;
  Deno.writeTextFileSync(`${dir}/a`, "x");
  const headers = { "retry-after": "7" };
  served.fail(/./, { kind: "status", status: 503, headers }, { kind: "status", status: 502 });
  assertEquals(await text(asContent(await fetcher.fetch(`${served.url}/a`))), "x");
  assertEquals(served.statuses(), [503, 502, 200]);
  assertEquals(clock.slept[0], 7000);
  assert(clock.slept[1]! >= 600 && clock.slept[1]! <= 900);
});

test("gives up after four attempts", async ({ fetcher, served, clock }) => {
  served.fail(/./, ...Array.from({ length: 9 }, () => ({ kind: "status", status: 500 } as const)));
  await assertRefused(() => fetcher.fetch(`${served.url}/a`), "REGISTRY_UNREACHABLE", 69);
  assertEquals([served.requests.length, clock.slept.length], [4, 3]);
});

test("tries only once when the caller is eager", async ({ fetcher, served, clock }) => {
  served.fail(/./, { kind: "status", status: 503 });
  const fetch = () => fetcher.fetch(`${served.url}/a`, { patience: "eager" });
  await assertRefused(fetch, "REGISTRY_UNREACHABLE", 69);
  assertEquals([served.requests.length, clock.slept.length], [1, 0]);
});

Deno.test("HttpFetcher refuses with 69 when nobody listens", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const clock = new RecordingClock();
  const fetch = () => fetcherWith(clock).fetch(`http://127.0.0.1:${port}/a`);
  const error = await assertRefused(fetch, "REGISTRY_UNREACHABLE", 69);
  assertStringIncludes(error.text.why.toLowerCase(), "refused");
  assertEquals(clock.slept.length, 3);
});

for (const status of [301, 302, 303, 307, 308]) {
  test(`follows a ${status}`, async ({ fetcher, served, dir }) => {
    Deno.writeTextFileSync(`${dir}/b`, "moved");
    served.fail(/\/a$/, { kind: "redirect", to: "/b", status });
    assertEquals(await text(asContent(await fetcher.fetch(`${served.url}/a`))), "moved");
  });
}

test("refuses a redirect that never ends", async ({ fetcher, served }) => {
  served.fail(/./, ...Array.from({ length: 20 }, () => ({ kind: "redirect", to: "/a" } as const)));
  await assertRefused(() => fetcher.fetch(`${served.url}/a`), "REGISTRY_UNREACHABLE", 69);
  assertEquals(served.requests.length, 6);
});

const AUTHORITIES: [what: string, authority: Omit<Authority, "origin">, header: string][] = [
  ["a token", { credentials: undefined, token: "t0k" }, "Bearer t0k"],
  [
    "a password",
    { credentials: { username: "müller", password: "p:ä" }, token: undefined },
    `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode("müller:p:ä")))}`,
  ],
  [
    "the token when both are there",
    { credentials: { username: "u", password: "p" }, token: "t" },
    "Bearer t",
  ],
];

for (const [what, authority, header] of AUTHORITIES) {
  test(`sends ${what} to the registry and, by redirect, to nobody else`, async ({ served, dir }) => {
    await using other = new FakeRegistry(dir).serve();
    Deno.writeTextFileSync(`${dir}/b`, "x");
    served.authorization = header;
    const fetcher = fetcherWith(new RecordingClock(), { ...authority, origin: served.url });
    assertEquals(await text(asContent(await fetcher.fetch(`${served.url}/b`))), "x");
    served.fail(/\/a$/, { kind: "redirect", to: `${other.url}/b` });
    assertEquals(await text(asContent(await fetcher.fetch(`${served.url}/a`))), "x");
    assertEquals(await text(asContent(await fetcher.fetch(`${other.url}/b`))), "x");
    assertEquals(other.requests.map(({ headers }) => headers.get("authorization")), [null, null]);
  });
}

test("resumes with Range where the connection broke", async ({ fetcher, served, dir }) => {
  const body = "0123456789".repeat(20_000);
  Deno.writeTextFileSync(`${dir}/a`, body);
  served.fail(/./, { kind: "cut", after: 70_000 }, { kind: "cut", after: 50_000 });
  assertEquals(await text(asContent(await fetcher.fetch(`${served.url}/a`))), body);
  assertEquals(served.statuses(), [200, 206, 206]);
  const [first, second, third] = served.requests.map(({ headers }) => headers);
  assertEquals(first!.get("range"), null);
  assertEquals(second!.get("range"), "bytes=70000-");
  assertEquals(third!.get("range"), "bytes=120000-");
  assert(second!.get("if-range")!.startsWith('"'));
});

test("resumes without If-Range when the server gives no validator", async (bench) => {
  const { fetcher, served, dir } = bench;
  served.etags = false;
  Deno.writeTextFileSync(`${dir}/a`, "abcdefghij");
  served.fail(/./, { kind: "cut", after: 4 });
  assertEquals(await text(asContent(await fetcher.fetch(`${served.url}/a`))), "abcdefghij");
  assertEquals(served.requests[1]!.headers.get("if-range"), null);
});

test("takes the new version from its start when the file changed", async (bench) => {
  const { fetcher, served, dir } = bench;
  Deno.writeTextFileSync(`${dir}/a`, "old".repeat(1000));
  served.fail(/./, { kind: "cut", after: 1000 });
  const content = asContent(await fetcher.fetch(`${served.url}/a`));
  Deno.writeTextFileSync(`${dir}/a`, "new".repeat(1000));
  assertEquals(await text(content), "new".repeat(1000));
});

test("gives up when the connection breaks again and again without a byte", async (bench) => {
  const { fetcher, served, dir, clock } = bench;
  Deno.writeTextFileSync(`${dir}/a`, "abcdefghij");
  served.fail(/./, ...Array.from({ length: 30 }, () => ({ kind: "cut", after: 0 } as const)));
  const content = asContent(await fetcher.fetch(`${served.url}/a`));
  await assertRefused(() => text(content), "REGISTRY_UNREACHABLE", 69);
  assert(clock.slept.length <= 4, `${clock.slept.length} sleeps`);
});

test("hands on a body that came encoded all the same as it was sent", async ({ clock }) => {
  const packed = new Uint8Array(gzipSync("hello"));
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response(packed, { headers: { "content-encoding": "gzip" } }),
  );
  try {
    const fetched = await fetcherWith(clock).fetch(`http://127.0.0.1:${server.addr.port}/`);
    const parts: number[] = [];
    for await (const chunk of asContent(fetched).chunks()) {
      if (chunk !== ANEW) parts.push(...chunk);
    }
    assertEquals(parts, [...packed]);
  } finally {
    await server.shutdown();
  }
});

/** A server that never answers, or never sends a byte of its body. */
function deadServer(answers: boolean): HttpClient & { readonly requests: HttpRequest[] } {
  const requests: HttpRequest[] = [];
  const never = (signal: AbortSignal) =>
    new Promise<never>((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason))
    );
  return {
    requests,
    get: (request) => {
      requests.push(request);
      if (!answers) return never(request.signal);
      return Promise.resolve({
        status: 200,
        header: () => undefined,
        // deno-lint-ignore require-yield -- that is the point
        body: async function* () {
          await never(request.signal);
        },
        cancel: () => Promise.resolve(),
      });
    },
  };
}

/** Lets all promises that can go on do so. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

Deno.test("HttpFetcher gives an eager caller an answer within 3 s from a silent server", () =>
  withManualTimers(async (advance, pending) => {
    const fetcher = fetcherWith(new RecordingClock(), undefined, deadServer(false));
    const fetched = fetcher.fetch("http://h/a", { patience: "eager" });
    const refused = assertRefused(() => fetched, "REGISTRY_UNREACHABLE", 69);
    await settle();
    advance(3000);
    assertStringIncludes((await refused).text.why, "no answer within 3 s");
    assertEquals(pending(), 0);
  }));

Deno.test("HttpFetcher asks a silent server four times when the caller is patient", () =>
  withManualTimers(async (advance) => {
    const http = deadServer(false);
    const fetched = fetcherWith(new RecordingClock(), undefined, http).fetch("http://h/a");
    const refused = assertRefused(() => fetched, "REGISTRY_UNREACHABLE", 69);
    for (let i = 0; i < 4; i++) {
      await settle();
      advance(15_000);
    }
    await refused;
    assertEquals(http.requests.length, 4);
  }));

Deno.test("HttpFetcher ends a body that stalls", () =>
  withManualTimers(async (advance, pending) => {
    const fetcher = fetcherWith(new RecordingClock(), undefined, deadServer(true));
    const content = asContent(await fetcher.fetch("http://h/a", { patience: "eager" }));
    const refused = assertRefused(() => text(content), "REGISTRY_UNREACHABLE", 69);
    await settle();
    advance(10_000);
    await refused;
    assertEquals(pending(), 0);
  }));

const EXPIRED = {
  kind: "expired",
  words: "certificate expired",
  boundMs: 1_700_000_000_000,
} as const;

Deno.test("HttpFetcher tries once when the certificate is refused, and shows both dates", async () => {
  const http = scripted({ error: new HttpError("invalid peer certificate", EXPIRED) });
  const fetch = () =>
    fetcherWith(new RecordingClock(), undefined, http).fetch("https://h/a?sig=CANARY");
  const error = await assertRefused(fetch, "REGISTRY_UNREACHABLE", 69);
  assertEquals(http.requests.length, 1);
  assertStringIncludes(error.text.why, "2023-11-14 22:13:20 UTC");
  assertStringIncludes(error.text.why, "2027-01-15 08:00:00 UTC");
  assertStringIncludes(error.text.next, "clock");
});

Deno.test("HttpFetcher tells each attempt, and nothing of the query", async () => {
  const told: Retry[] = [];
  const http = scripted({ status: 503 }, { error: new Error("refused") }, { status: 204 });
  const fetcher = new HttpFetcher({
    ...{ http, clock: new RecordingClock(), authority: undefined, userAgent: "test" },
    onRetry: (retry) => told.push(retry),
  });
  await assertRefused(() => fetcher.fetch("https://h/a?sig=CANARY"), "REGISTRY_UNREACHABLE", 69);
  assertEquals(told.map(({ why, attempt, attempts }) => [why, attempt, attempts]), [
    ["the server answered 503", 2, 4],
    ["refused", 3, 4],
  ]);
  assert(!JSON.stringify(told).includes("CANARY"));
});

Deno.test("HttpFetcher judges the second redirect against the first one's target", async () => {
  const http = scripted(
    { status: 302, headers: { location: "https://h/b" } },
    { status: 302, headers: { location: "http://h/c" } },
    { body: "plain" },
  );
  const fetch = () => fetcherWith(new RecordingClock(), undefined, http).fetch("http://h/a");
  const error = await assertRefused(fetch, "REGISTRY_UNREACHABLE", 69);
  assertStringIncludes(error.text.why, "https to plain http");
  assertEquals(http.requests.length, 2);
});

Deno.test("HttpFetcher takes a relative second redirect from the first one's target", async () => {
  const http = scripted(
    { status: 302, headers: { location: "https://other/x/b" } },
    { status: 302, headers: { location: "c" } },
    { body: "found" },
  );
  await fetcherWith(new RecordingClock(), undefined, http).fetch("http://h/a");
  assertEquals(http.requests.map(({ url }) => url), [
    ...["http://h/a", "https://other/x/b", "https://other/x/c"],
  ]);
});

Deno.test("HttpFetcher names a Content-Encoding that was not asked for", async () => {
  const http = scripted({ headers: { "content-encoding": "gzip" }, body: "x" });
  const fetched = await fetcherWith(new RecordingClock(), undefined, http).fetch("http://h/a");
  assertEquals(asContent(fetched).encoding, "gzip");
});
