import { display } from "../model/location.ts";
import { EdgebootError, type ErrorFacts } from "../model/errors.ts";
import { HttpError } from "../host/ports.ts";
import { explainCertificate } from "./certificate.ts";

/** @param sent whether credentials went with the request */
export function refusal(url: string, status: number, sent: boolean): EdgebootError {
  if (status !== 401 && status !== 403) {
    return unreachable(url, `the server answered ${status}`, undefined, { status });
  }
  return new EdgebootError("REGISTRY_DENIED", {
    what: `cannot fetch ${display(url)}`,
    why: `the server answered ${status}: ${
      sent
        ? "it does not take the credentials that were sent"
        : "it wants credentials, and none were sent"
    }`,
    next: `${sent ? "correct" : "set"} EDGEBOOT_TOKEN or EDGEBOOT_TOKEN_FILE, or put ` +
      "user:password into the registry's URL",
  }, { facts: { url: display(url), status } });
}

/** Nobody answers, or not what was asked for. @param facts an HTTP status, where there was one */
export function unreachable(
  url: string,
  why: string,
  cause: unknown,
  facts: ErrorFacts = {},
): EdgebootError {
  return new EdgebootError("REGISTRY_UNREACHABLE", {
    what: `cannot fetch ${display(url)}`,
    why,
    // A server that answers needs no look at the network.
    next: "status" in facts
      ? `look at the server's logs, and compare with \`curl -I ${display(url)}\`; then try again`
      : "check that the address is right and can be reached from this machine, for example with " +
        `\`curl -I ${display(url)}\``,
  }, { cause, facts: { url: display(url), ...facts } });
}

/** What another attempt would meet again: a certificate does not become valid in seconds. */
export function certificateRefused(
  url: string,
  cause: unknown,
  now: number,
): EdgebootError | undefined {
  if (!(cause instanceof HttpError) || cause.certificate === undefined) return undefined;
  const { text, next } = explainCertificate(cause.certificate, now);
  return new EdgebootError("REGISTRY_UNREACHABLE", {
    what: `cannot fetch ${display(url)}`,
    why: text,
    next,
  }, { cause, facts: { url: display(url), certificate: cause.certificate.kind } });
}
