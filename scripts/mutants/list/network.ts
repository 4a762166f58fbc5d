import { changes, type Mutant } from "../mutant.ts";

const TRANSPORT = ["tests/transport"];
const redirects = changes("src/transport/redirects.ts", TRANSPORT);
const retry = changes("src/transport/retry.ts", TRANSPORT);
const ranges = changes("src/transport/ranges.ts", TRANSPORT);
const attempts = changes("src/transport/attempts.ts", TRANSPORT);
const transfer = changes("src/transport/transfer.ts", TRANSPORT);
const headers = changes("src/transport/request_headers.ts", TRANSPORT);

export const NETWORK: readonly Mutant[] = [
  redirects(
    "target = redirectTarget(target, next);",
    "target = redirectTarget(url, next);",
    "a second redirect is judged against the first address",
    "never",
  ),
  redirects(
    'if (from.startsWith("https:") && to.protocol !== "https:") {',
    "if (false) {",
    "a redirect takes the encryption away",
  ),
  redirects(
    'to.username = to.password = "";',
    "",
    "credentials of a redirect's address are sent and shown",
  ),
  retry(
    "status === 408 || status === 429 ||",
    "status === 408 ||",
    "a busy registry is not asked again",
  ),
  retry("* (1 + random() / 2)", "", "a fleet asks again in step"),
  retry(
    "Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS)",
    "Math.max(ms, 0)",
    "a registry makes a start wait for a day",
  ),
  ranges(
    "match === null || Number(match[1]) !== offset",
    "match === null",
    "a part at another offset is appended",
  ),
  ranges(
    'return validator !== undefined && !validator.startsWith("W/");',
    "return validator !== undefined;",
    "a weak validator stands for equal bytes",
  ),
  ranges(
    "const changed = !resume.immutable && validator !== undefined && validator !== resume.validator;",
    "const changed = false;",
    "a 206 with another ETag is appended",
    "never",
  ),
  ranges(
    "total !== resume.total",
    "false",
    "the rest of a content of another length is appended",
  ),
  attempts(
    "this.#fruitless = progress ? 0 : this.#fruitless + 1;",
    "this.#fruitless++;",
    "progress does not reset the count of attempts",
    "never",
  ),
  attempts(
    "if (waitMs >= this.leftMs) return false;",
    "",
    "a document is asked for beyond the time that all of it has",
  ),
  transfer(
    "const rest = continues ? restOf(exchange.response, resume) : undefined;",
    "const rest = exchange.status === 206\n      ? { complete: false } as const\n      : continues ? restOf(exchange.response, resume) : undefined;",
    "a part at a wrong offset is appended in mid-body",
    "never",
  ),
  transfer(
    "if (received > 0) yield ANEW;",
    "",
    "a whole that begins anew is appended to what came before",
  ),
  transfer(
    "let ranges = options.document === undefined;",
    "let ranges = true;",
    "a document is put together from two answers",
  ),
  headers(
    "new URL(url).origin === authority.origin",
    "new URL(url).hostname === new URL(authority.origin).hostname",
    "credentials go to another port of the registry's host",
  ),
  headers(
    '"accept-encoding": "identity",',
    "",
    "size and digest are those of decoded bytes",
  ),
];
