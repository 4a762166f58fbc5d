import { assert, assertEquals } from "@std/assert";
import { certificateFault, httpError } from "../../src/host/http_error.ts";

const SAID: [words: string, kind: string | undefined, boundMs?: number][] = [
  [
    "invalid peer certificate: certificate expired: verification time 1795865198 (UNIX), but certificate " +
    "is not valid after 1609459200 (186405998 seconds ago)",
    "expired",
    1_609_459_200_000,
  ],
  [
    "invalid peer certificate: certificate not valid yet: verification time 1795865198 (UNIX), but " +
    "certificate is not valid before 1893456000 (97590802 seconds in future)",
    "not-valid-yet",
    1_893_456_000_000,
  ],
  ["invalid peer certificate: UnknownIssuer", "unknown-issuer"],
  ['invalid peer certificate: certificate not valid for name "h"; it is for x', "wrong-name"],
  ["invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))", "authority-as-server"],
  ["invalid peer certificate: SomethingNew", "other"],
  ["received fatal alert: HandshakeFailure", undefined],
];

for (const [words, kind, boundMs] of SAID) {
  Deno.test(`certificateFault is ${kind} when the library says ${words.slice(0, 60)}`, () => {
    const fault = certificateFault(words);
    assertEquals([fault?.kind, fault?.boundMs], [kind, boundMs]);
  });
}

Deno.test("httpError has the system's words, and no URL", () => {
  const url = "http://h/x?sig=CANARY";
  const inner = `error sending request for url (${url}): client error (Connect): tcp connect error`;
  const error = httpError(new TypeError("fetch failed", { cause: new Error(inner) }), url);
  assertEquals(error.message, "tcp connect error");
  assertEquals(error.cause, undefined);
  const connected =
    `error sending request from 127.0.0.1:5 for ${url} (127.0.0.1:6): client error ` +
    "(SendRequest): message head is too large";
  assertEquals(httpError(new Error(connected), url).message, "message head is too large");
  assert(!httpError(new Error(`odd ${url}`), url).message.includes("CANARY"));
});
