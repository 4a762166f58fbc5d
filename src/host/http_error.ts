import { type CertificateFault, HttpError } from "./ports.ts";

/**
 * The platform's failure as the port promises it: the system's own words, without the URL, whose query may hold
 * a signature, and without a cause that would repeat it.
 */
export function httpError(error: unknown, url: string): HttpError {
  const words = innermost(error)
    .replace(`error sending request for url (${url}): `, "")
    .replace(/^error sending request from \S+ for \S+ (?:\(\S+\)): /, "")
    .replace(/^client error \(\w+\): /, "")
    .replaceAll(url, "(url)");
  return new HttpError(words, certificateFault(words));
}

function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? innermost(error.cause) : error.message;
}

/**
 * What rustls says of a certificate, in Deno 2.9; there is nothing but text:
 *
 *   invalid peer certificate: certificate expired: verification time 1795865198 (UNIX), but certificate is not
 *   valid after 1609459200 (186405998 seconds ago)
 */
export function certificateFault(words: string): CertificateFault | undefined {
  const said = /invalid peer certificate: ([^]*)$/.exec(words)?.[1];
  if (said === undefined) return undefined;
  const bound = /is not valid (?:after|before) (\d{1,12})\b/.exec(said)?.[1];
  return {
    kind: KINDS.find(([pattern]) => pattern.test(said))?.[1] ?? "other",
    words: said,
    ...(bound === undefined ? {} : { boundMs: Number(bound) * 1000 }),
  };
}

/** By the names of rustls' CertificateError, and by its sentences. */
const KINDS: readonly [RegExp, CertificateFault["kind"]][] = [
  [/^(?:Expired|certificate expired)/, "expired"],
  [/^(?:NotValidYet|certificate not valid yet)/, "not-valid-yet"],
  [/^UnknownIssuer/, "unknown-issuer"],
  [/^(?:NotValidForName|certificate not valid for name)/, "wrong-name"],
  [/CaUsedAsEndEntity/, "authority-as-server"],
];
