import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { EdgebootError } from "../../../src/model/errors.ts";
import { sendRequest } from "../../../src/transport/objects/http_request.ts";
import { RecordingClock } from "../../support/manual_time.ts";
import { type Scripted, scripted } from "../scripted.ts";

const URL = "https://host/apps/web/index.json";

function send(method: "GET" | "PUT", ...answers: Scripted[]) {
  const { get, requests } = scripted(...answers);
  const http = { get, send: get };
  const options = { http, clock: new RecordingClock(), authority: undefined, userAgent: "test" };
  return { answer: sendRequest({ method, url: URL }, options), requests };
}

Deno.test("sendRequest gives the first answer that another attempt would not change", async () => {
  const { answer, requests } = send("PUT", { status: 503 }, { status: 412 });
  assertEquals([(await answer).status, requests.length], [412, 2]);
});

for (
  const [method, what, next] of [
    ["GET", /^cannot fetch https/, /curl -I/],
    ["PUT", /^cannot write https/, /takes writes there; the same command then goes on/],
  ] as const
) {
  Deno.test(`sendRequest says what to look at when a server answers ${method} with 500 for ever`, async () => {
    const { answer } = send(method, { status: 500 });
    const error = await assertRejects(() => answer, EdgebootError);
    assertEquals([error.code, error.facts.status], ["REGISTRY_UNREACHABLE", 500]);
    assertMatch(error.text.what, what);
    assertMatch(error.text.why, /^the server answered 500/);
    assertMatch(error.text.next, next);
  });
}
