import { EdgebootError, type ErrorCode } from "../../model/errors.ts";
import { display } from "../../model/location.ts";

interface Meaning {
  readonly code: ErrorCode;
  readonly why: string;
  readonly next: string;
}

/**
 * What a server's refusal to be written to means.
 * @param sent whether credentials went with the request
 */
export function writeRefusal(
  url: string,
  status: number,
  act: "read" | "write",
  sent: boolean,
): EdgebootError {
  const { code, why, next } = meaningOf(status, sent);
  return new EdgebootError(code, {
    what: `cannot ${act} ${display(url)}`,
    why: `the server answered ${status}: ${why}`,
    next,
  }, { facts: { url: display(url), status } });
}

function meaningOf(status: number, sent: boolean): Meaning {
  switch (status) {
    case 401:
    case 403:
      return {
        code: "REGISTRY_DENIED",
        why: sent
          ? "it does not let who sent these credentials do that"
          : "it wants credentials, and none were sent",
        next: `${sent ? "correct" : "set"} EDGEBOOT_TOKEN or EDGEBOOT_TOKEN_FILE, or put ` +
          "user:password into the registry's URL",
      };
    case 405:
    case 501:
      return {
        code: "REGISTRY_UNSUPPORTED",
        why: "it does not take PUT there",
        next:
          "let it (nginx: `dav_methods PUT DELETE MKCOL; create_full_put_path on;`), or publish to the " +
          "directory that it serves",
      };
    case 411:
      return {
        code: "REGISTRY_UNSUPPORTED",
        why: "it does not take what comes piece by piece (Transfer-Encoding: chunked)",
        next:
          "let the proxy in between pass it on, or publish to the directory that the server serves",
      };
    case 413:
      return {
        code: "REGISTRY_DENIED",
        why: "it is more than the server takes at once",
        next: "raise its limit (nginx: `client_max_body_size 0;`)",
      };
    case 507:
      return {
        code: "DISK_FULL",
        why: "it has no room left",
        next: "make room there; what was published so far is skipped the next time",
      };
    default:
      return {
        code: "REGISTRY_UNREACHABLE",
        why: "it was asked for something else",
        next: "look at the server's log; then do the same again: what is there already is skipped",
      };
  }
}
