import type { Environment, StartHost } from "../host/ports.ts";
import type { Location } from "../model/location.ts";
import { QUICK_ANSWER_MS } from "../model/patience.ts";
import { proxyFor } from "./proxy.ts";
import { type Asking, requestHeaders } from "./request_headers.ts";

/**
 * Whether a server says at once that a document is what it was (304, RFC 9110, 13.1.2). False, or an error, for
 * whatever else there is to say: it has to be asked again, by those who know what to make of it. Proxies and
 * redirects are theirs, too.
 */
export async function isUnchanged(
  location: Location,
  validator: string,
  asking: Asking,
  { env, exchange }: { readonly env: Pick<Environment, "get">; exchange: StartHost["exchange"] },
): Promise<boolean> {
  const url = new URL(location);
  if (!url.protocol.startsWith("http") || proxyFor(url, env) !== undefined) return false;
  const headers = {
    host: url.host,
    accept: "*/*",
    connection: "close",
    ...requestHeaders(location, asking, { "if-none-match": validator }),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  // What the server has sent once, or somebody has typed.
  if (!lines.every((line) => ONE_LINE.test(line))) return false;
  const isSecure = url.protocol === "https:";
  const status = await exchange({
    hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(url.port || (isSecure ? 443 : 80)),
    isSecure,
    request: [`GET ${url.pathname}${url.search} HTTP/1.1`, ...lines, "", ""].join("\r\n"),
    withinMs: QUICK_ANSWER_MS,
  });
  return /^HTTP\/1\.[01] 304(?: |$)/.test(status);
}

const ONE_LINE = /^[\t\x20-\x7e]*$/;
