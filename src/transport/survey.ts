import type { Clock, HttpClient, HttpResponse } from "../host/ports.ts";
import { type Authority, requestHeaders } from "./request_headers.ts";
import { followRedirects } from "./redirects.ts";

export interface SurveyAnswer {
  readonly status: number;
  /** milliseconds since the epoch, of the server's Date header (RFC 9110, 6.6.1) */
  readonly date: number | undefined;
  /** from the request to the last response's headers, milliseconds */
  readonly ms: number;
  /** where redirects led, if they did */
  readonly redirectedTo: string | undefined;
}

export interface SurveyOptions {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly authority: Authority | undefined;
  readonly userAgent: string;
  readonly timeoutMs: number;
}

/**
 * One GET as a start would send it, tried once, its body not read. For `doctor`, which tells what the answer was
 * instead of what a start would make of it.
 * @throws EdgebootError REGISTRY_UNREACHABLE (69) for a redirect that is refused; the platform's own errors
 */
export async function surveyUrl(url: string, options: SurveyOptions): Promise<SurveyAnswer> {
  const { http, clock, authority, userAgent, timeoutMs } = options;
  const signal = AbortSignal.timeout(timeoutMs);
  const began = clock.monotonic();
  let last = url;
  let response: HttpResponse | undefined;
  try {
    response = await followRedirects(url, (target) => {
      last = target;
      const headers = requestHeaders(target, { authority, userAgent }, {});
      return http.get({ url: target, headers, signal });
    });
  } catch (error) {
    if (signal.aborted) throw new Error(`no answer within ${timeoutMs / 1000} s`);
    throw error;
  }
  const ms = clock.monotonic() - began;
  const date = Date.parse(response.header("date") ?? "");
  await response.cancel();
  return {
    status: response.status,
    date: Number.isNaN(date) ? undefined : date,
    ms,
    redirectedTo: last === url ? undefined : last,
  };
}
