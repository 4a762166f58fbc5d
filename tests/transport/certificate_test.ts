import { assertMatch } from "@std/assert";
import { explainCertificate } from "../../src/transport/certificate.ts";

const NOW = Date.UTC(2026, 10, 28);
const DATES = /2021-01-01 00:00:00 UTC.*2026-11-28 00:00:00 UTC/;
const CASES = [
  ["expired", DATES, /clock.*renew/],
  ["not-valid-yet", DATES, /clock/],
  ["unknown-issuer", /words/, /SSL_CERT_FILE/],
  ["wrong-name", /words/, /name/],
  ["authority-as-server", /words/, /CA:FALSE/],
  ["other", /words/, /SSL_CERT_FILE/],
] as const;

for (const [kind, text, next] of CASES) {
  Deno.test(`explainCertificate says what to do when it is ${kind}`, () => {
    const fault = { kind, words: "words", boundMs: Date.UTC(2021, 0, 1) };
    const explained = explainCertificate(fault, NOW);
    assertMatch(explained.text, text);
    assertMatch(explained.next, next);
  });
}
