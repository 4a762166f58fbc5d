import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ANEW, type Content, type FetchOptions } from "../../src/model/content.ts";
import { MOST_RESTARTS, PATIENCE } from "../../src/model/patience.ts";
import { HttpFetcher } from "../../src/transport/http_fetcher.ts";
import { RecordingClock } from "../support/manual_time.ts";
import { assertRefused } from "../support/refusal.ts";
import { asContent } from "./contract.ts";
import { broken, part, type Scripted, scripted, whole } from "./scripted.ts";

const BODY = "0123456789".repeat(20);
const OTHER = "abcdefghij".repeat(20);
const V1 = { etag: '"v1"' };

/** As a consumer sees it: what counts in the end, and how often it began anew. */
async function read(content: Content): Promise<{ text: string; anew: number }> {
  let [text, anew] = ["", 0];
  for await (const chunk of content.chunks()) {
    if (chunk === ANEW) [text, anew] = ["", anew + 1];
    else text += new TextDecoder().decode(chunk);
  }
  return { text, anew };
}

async function fetched(answers: readonly Scripted[], options: FetchOptions = {}) {
  const http = scripted(...answers);
  const clock = new RecordingClock();
  const fetcher = new HttpFetcher({ http, clock, authority: undefined, userAgent: "test" });
  const content = asContent(await fetcher.fetch("http://h/a", options));
  return {
    ...await read(content),
    ranges: http.requests.map(({ headers }) => headers.range),
    clock,
  };
}

const FIRST = broken(BODY, 50, V1);
const RESUMED: [name: string, answers: Scripted[], expected: string, anew: number][] = [
  ["goes on with the rest of the same", [FIRST, part(BODY, 50, V1)], BODY, 0],
  ["goes on where a part has no ETag", [FIRST, part(BODY, 50)], BODY, 0],
  ["begins anew with the whole of the same", [FIRST, whole(BODY, V1)], BODY, 1],
  ["begins anew with the whole of another", [FIRST, whole(OTHER, { etag: '"v2"' })], OTHER, 1],
  [
    "asks for the whole when a part has another ETag",
    [FIRST, part(OTHER, 50, { etag: '"v2"' }), whole(OTHER)],
    OTHER,
    1,
  ],
  [
    "asks for the whole when a part has another weak ETag",
    [broken(BODY, 50, { etag: 'W/"1"' }), part(OTHER, 50, { etag: 'W/"2"' }), whole(OTHER)],
    OTHER,
    1,
  ],
  [
    "asks for the whole when a part begins elsewhere",
    [FIRST, part(BODY, 40, V1), whole(BODY, V1)],
    BODY,
    1,
  ],
  [
    "asks for the whole when a part begins at a number that starts the same",
    [broken(BODY, 5, V1), part(BODY, 50, V1), whole(BODY, V1)],
    BODY,
    1,
  ],
  [
    "asks for the whole when a part is of another length",
    [FIRST, part(BODY + "more", 50, V1), whole(BODY, V1)],
    BODY,
    1,
  ],
  [
    "asks for the whole when a part does not say which",
    [FIRST, { status: 206, headers: V1, body: BODY.slice(50) }, whole(BODY, V1)],
    BODY,
    1,
  ],
  [
    "asks for the whole when the rest cannot be had",
    [FIRST, { status: 416, headers: { "content-range": "bytes */70" } }, whole(BODY, V1)],
    BODY,
    1,
  ],
  [
    "has it all when nothing is left to send",
    [broken(BODY, BODY.length, V1), {
      status: 416,
      headers: { "content-range": `bytes */${BODY.length}` },
    }],
    BODY,
    0,
  ],
  ["begins with the first byte when none came", [broken(BODY, 0, V1), whole(BODY, V1)], BODY, 0],
  [
    "goes on after another failure in between",
    [FIRST, { status: 503 }, { error: new Error("refused") }, part(BODY, 50, V1)],
    BODY,
    0,
  ],
  [
    "begins anew twice, and goes on from there",
    [FIRST, broken(OTHER, 100, { etag: '"v2"' }), part(OTHER, 100, { etag: '"v2"' })],
    OTHER,
    1,
  ],
];

for (const [name, answers, expected, anew] of RESUMED) {
  Deno.test(`transfer ${name}`, async () => {
    const result = await fetched(answers);
    assertEquals([result.text, result.anew], [expected, anew]);
  });
}

Deno.test("transfer never puts a document together from two answers", async () => {
  const { text, ranges } = await fetched([FIRST, whole(OTHER, V1)], { document: true });
  assertEquals([text, ranges], [OTHER, [undefined, undefined]]);
});

async function gaveUp(answers: readonly Scripted[], options: FetchOptions = {}) {
  const http = scripted(...answers);
  const clock = new RecordingClock();
  const fetcher = new HttpFetcher({ http, clock, authority: undefined, userAgent: "test" });
  const content = asContent(await fetcher.fetch("http://h/a", options));
  const error = await assertRefused(() => read(content), "REGISTRY_UNREACHABLE", 69);
  return { error, requests: http.requests.length, clock };
}

Deno.test("transfer gives up when each attempt brings one byte and then a reset", async () => {
  const answers = Array.from(BODY, (_, from) => ({ ...part(BODY, from), body: "x" }))
    .map((answer) => ({ ...answer, then: "reset" as const }));
  const first = broken(BODY, 1);
  const { error, requests } = await gaveUp([first, ...answers.slice(1)]);
  assertEquals(requests, PATIENCE.patient.attempts);
  assertStringIncludes(error.text.why, "attempt 4 of 4");
});

Deno.test("transfer does not count attempts that made progress", async () => {
  const answers = Array.from({ length: 10 }, (_, index) => {
    const from = index * 20;
    return index === 0 ? broken(BODY, 20, V1) : {
      ...part(BODY, from, V1),
      body: BODY.slice(from, from + 20),
      then: index === 9 ? "end" as const : "reset" as const,
    };
  });
  assertEquals((await fetched(answers)).text, BODY);
});

Deno.test("transfer begins anew only so often when the server cannot continue", async () => {
  const { error, requests } = await gaveUp([broken(BODY, 150)]);
  assertEquals(requests, MOST_RESTARTS + 2);
  assertStringIncludes(error.text.why, "cannot continue");
});

Deno.test("transfer comes through a server without Range that resets most transfers", async () => {
  const answers = Array.from({ length: MOST_RESTARTS }, () => broken(BODY, 100));
  assertEquals((await fetched([...answers, whole(BODY)])).text, BODY);
});

Deno.test("transfer ends a document whose attempts take too long together", async () => {
  const pause = { status: 503, headers: { "retry-after": "3600" } };
  const http = scripted(pause);
  const clock = new RecordingClock();
  const fetcher = new HttpFetcher({ http, clock, authority: undefined, userAgent: "test" });
  const ask = () => fetcher.fetch("http://h/a", { document: true, patience: "brief" });
  await assertRefused(ask, "REGISTRY_UNREACHABLE", 69);
  assert(clock.monotonic() <= PATIENCE.brief.documentMs);
});

Deno.test("transfer refuses what the server says in mid-transfer, with its status", async () => {
  const { error } = await gaveUp([FIRST, { status: 404 }]);
  assertEquals(error.facts.status, 404);
});
