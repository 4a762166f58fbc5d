import { display } from "../../model/location.ts";
import type { Authority } from "../../transport/request_headers.ts";
import type { SurveyAnswer } from "../../transport/survey.ts";
import { type Check, ok, problem, warning } from "./check.ts";

/** A third of what a start waits at most where it has a release to fall back on (transport/retry.ts). */
const SLOW_MS = 1_000;

/** Whether the server works, and how fast. */
export function checkAnswer({ status, ms, redirectedTo }: SurveyAnswer): Check {
  const led = redirectedTo === undefined ? "" : `, redirected to ${display(redirectedTo)}`;
  const text = `HTTP ${status} in ${Math.round(ms)} ms${led}`;
  const facts = { status, ms };
  if (status >= 500) {
    const next =
      "the server has a fault of its own: look at its log; what is cached starts meanwhile";
    return problem("answer", "REGISTRY_UNREACHABLE", text, next, { facts });
  }
  if (ms < SLOW_MS) return ok("answer", text, { facts });
  return warning(
    "answer",
    `${text}: every start waits for that`,
    "look for the delay in network, proxy or server; --refresh 10m asks less often",
    { facts },
  );
}

/** 403 for a name that does not exist is also what object stores say to who may not list them. */
export function checkAccess({ status }: SurveyAnswer, authority: Authority | undefined): Check {
  const { token, credentials } = authority ?? {};
  const by = token !== undefined
    ? "the token"
    : credentials !== undefined
    ? "user and password of the URL"
    : undefined;
  const next = by === undefined
    ? "set EDGEBOOT_TOKEN or EDGEBOOT_TOKEN_FILE, or put user:password into the registry's URL"
    : "renew the credentials, or ask who runs the registry what they may read";
  if (status === 401) {
    const text = by === undefined ? "401: it wants credentials" : `401: ${by} is not accepted`;
    return problem("access", "REGISTRY_DENIED", text, next);
  }
  if (status === 403) {
    const text =
      "403 for a name that does not exist: credentials are refused, or this is an object " +
      "store that may not be listed";
    return warning("access", text, `try \`edgeboot doctor APP\`; if that is refused, too: ${next}`);
  }
  return ok("access", by === undefined ? "no credentials are needed" : `${by} is accepted`);
}
