import type { HttpResponse, HttpSender, HttpSending } from "../../host/ports.ts";
import { EdgebootError, type ErrorFacts } from "../../model/errors.ts";
import { display } from "../../model/location.ts";
import type { Outgoing } from "../../model/objects.ts";
import { MOST_REDIRECTS, PATIENCE } from "../../model/patience.ts";
import { Attempts } from "../attempts.ts";
import type { HttpFetcherOptions } from "../http_fetcher.ts";
import { requestHeaders } from "../request_headers.ts";
import { redirectTarget } from "../redirects.ts";
import { certificateRefused, unreachable } from "../refusal.ts";
import { isTransient, retryAfterMs } from "../retry.ts";
import { SendTimer } from "./send_timer.ts";

export type SenderOptions = HttpFetcherOptions & { readonly http: HttpSender };

export interface Sending {
  readonly method: HttpSending["method"];
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly content?: Outgoing;
}

/** With its length; what is larger goes piece by piece, as memory is no place for it. */
export const LARGEST_WHOLE_BYTES = 8 * 1024 * 1024;

/**
 * The first answer that another attempt would not change, its body not read. What is sent is asked for anew with
 * each attempt.
 * @throws EdgebootError REGISTRY_UNREACHABLE (69), and what the content throws
 */
export async function sendRequest(sending: Sending, options: SenderOptions): Promise<HttpResponse> {
  const { clock, onRetry } = options;
  const { url } = sending;
  const attempts = new Attempts(PATIENCE.patient, url, clock, Infinity, onRetry);
  for (;;) {
    const timer = new SendTimer();
    let why: string;
    let retryAfter: number | undefined;
    let cause: unknown;
    let status: number | undefined;
    try {
      const response = await following(sending, timer, options);
      if (!isTransient(response.status)) return response;
      status = response.status;
      why = `the server answered ${status}`;
      const [asked, date] = [response.header("retry-after"), response.header("date")];
      retryAfter = retryAfterMs(asked, date, clock.now());
      await response.cancel();
    } catch (error) {
      if (error instanceof EdgebootError) throw error;
      const refused = certificateRefused(url, error, clock.now());
      if (refused !== undefined) throw refused;
      why = timer.reason ?? (error instanceof Error ? error.message : String(error));
      cause = error;
    } finally {
      timer.stop();
    }
    if (await attempts.again({ why, progress: false, retryAfterMs: retryAfter })) continue;
    const facts = status === undefined ? {} : { status };
    const refused = unreachable(url, `${why}${attempts.tried}`, cause, facts);
    throw isReading(sending) ? refused : unwritable(url, refused, facts);
  }
}

function isReading({ method }: Sending): boolean {
  return method === "GET" || method === "HEAD";
}

/** What was to be written there is not there to be looked at. */
function unwritable(url: string, refused: EdgebootError, facts: ErrorFacts): EdgebootError {
  return new EdgebootError("REGISTRY_UNREACHABLE", {
    what: `cannot write ${display(url)}`,
    why: refused.text.why,
    next:
      "look at the server's logs, and whether it takes writes there; the same command then goes " +
      "on where this one ended",
  }, { cause: refused.cause, facts: { url: display(url), ...facts } });
}

/** Redirects that keep the method (RFC 9110, 15.4.8 and 15.4.9); others are answers. */
async function following(
  { method, url, headers, content }: Sending,
  timer: SendTimer,
  options: SenderOptions,
): Promise<HttpResponse> {
  let target = url;
  for (let hops = 0;; hops++) {
    const body = content && await bodyOf(content, timer);
    const unsigned = requestHeaders(target, options, headers ?? {});
    const whole = body instanceof Uint8Array ? { body } : {};
    const signed = await options.sign?.({ method, url: target, headers: unsigned, ...whole });
    const response = await options.http.send({
      ...{ method, url: target, signal: timer.signal, headers: signed ?? unsigned },
      ...(body === undefined ? {} : { body }),
    });
    const next = response.header("location");
    const leads = response.status === 307 || response.status === 308;
    if (!leads || next === undefined || hops === MOST_REDIRECTS) return response;
    await response.cancel();
    target = redirectTarget(target, next);
  }
}

async function bodyOf(
  content: Outgoing,
  timer: SendTimer,
): Promise<NonNullable<HttpSending["body"]>> {
  if (content.size > LARGEST_WHOLE_BYTES) return timer.watched(content.chunks());
  const whole = new Uint8Array(content.size);
  let at = 0;
  for await (const chunk of content.chunks()) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
