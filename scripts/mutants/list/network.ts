import { changes, type Mutant } from "../mutant.ts";

const TRANSPORT = ["tests/transport"];
const redirects = changes("src/transport/redirects.ts", TRANSPORT);
const retry = changes("src/transport/retry.ts", TRANSPORT);
const ranges = changes("src/transport/ranges.ts", TRANSPORT);
const http = changes("src/transport/http_fetcher.ts", TRANSPORT);

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
    "Math.min(Number(header) * 1000, LONGEST_RETRY_AFTER_MS)",
    "Number(header) * 1000",
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
  http(
    "attempt = 1;\n          yield chunk;",
    "yield chunk;",
    "progress does not reset the count of attempts",
    "never",
  ),
  http(
    "if (exchange.response.status !== 206 || !range.startsWith(`bytes ${received}-`)) {",
    "if (exchange.response.status !== 206) {",
    "a part at a wrong offset is appended in mid-body",
    "never",
  ),
  http(
    "new URL(url).origin === authority.origin",
    "new URL(url).hostname === new URL(authority.origin).hostname",
    "credentials go to another port of the registry's host",
  ),
  http(
    '"accept-encoding": "identity",',
    "",
    "size and digest are those of decoded bytes",
  ),
];
