import type { Content, Fetched, Fetcher, FetchOptions } from "../model/content.ts";
import type { Credentials } from "../model/location.ts";
import { display } from "../model/location.ts";
import { EdgebootError } from "../model/errors.ts";
import type { Clock, HttpClient, HttpResponse } from "../host/ports.ts";
import { backoffMs, isTransient, PATIENCE, retryAfterMs } from "./retry.ts";
import { isStrong, rangeRequest, type Rest, restOf } from "./ranges.ts";
import { followRedirects } from "./redirects.ts";
import { StallTimer } from "./stall.ts";

/** Credentials go to the registry's own origin and nowhere else, redirects included. */
export interface Authority {
  readonly origin: string;
  readonly credentials: Credentials | undefined;
  readonly token: string | undefined;
}

export interface HttpFetcherOptions {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly authority: Authority | undefined;
  readonly userAgent: string;
}

/**
 * GET with timeouts, retries and resumption. The body is asked for as `identity`: size and digest
 * are those of the stored bytes (RFC 9110, 12.5.3).
 */
export class HttpFetcher implements Fetcher {
  constructor(private readonly options: HttpFetcherOptions) {}

  async fetch(url: string, options: FetchOptions = {}): Promise<Fetched> {
    const range = options.resume && rangeRequest(options.resume);
    if (range !== undefined) {
      const exchange = await this.#exchange(url, options, range);
      const rest = restOf(exchange.response, options.resume!);
      if (rest?.complete) {
        await exchange.discard();
        return nothingAfter(rest);
      }
      if (rest !== undefined) return this.#content(url, options, exchange, rest);
      const { status } = exchange.response;
      // 200: the whole, as it has changed or the server knows no ranges. Other parts are of no use.
      if (status !== 206 && status !== 416) return await this.#answer(url, options, exchange);
      await exchange.discard();
    }
    const conditional = options.validator === undefined
      ? {}
      : { "if-none-match": options.validator };
    return await this.#answer(url, options, await this.#exchange(url, options, conditional));
  }

  async #answer(url: string, options: FetchOptions, exchange: Exchange): Promise<Fetched> {
    const { status } = exchange.response;
    if (status === 200) return this.#content(url, options, exchange);
    await exchange.discard();
    if (status === 304 && options.validator !== undefined) return { kind: "unchanged" };
    if (status === 404 || status === 410) return { kind: "absent" };
    throw refusal(url, status, "authorization" in requestHeaders(url, this.options, {}));
  }

  #content(url: string, options: FetchOptions, exchange: Exchange, rest?: Rest): Content {
    const length = Number(exchange.response.header("content-length") ?? NaN);
    const validator = exchange.response.header("etag") ?? rest?.validator;
    const offset = rest?.offset ?? 0;
    return {
      kind: "content",
      size: rest?.total ?? (Number.isSafeInteger(length) ? length : undefined),
      offset,
      validator,
      chunks: () => this.#resumable(url, options, exchange, validator, offset),
    };
  }

  /**
   * Reads the body to its end. When the connection breaks, the rest is asked for with Range; If-Range
   * makes a changed file come back whole (200), which cannot be appended and so ends the attempt.
   * Without a strong validator the digest of the whole still decides.
   */
  async *#resumable(
    url: string,
    options: FetchOptions,
    first: Exchange,
    validator: string | undefined,
    offset: number,
  ): AsyncGenerator<Uint8Array> {
    let exchange = first;
    let received = offset;
    for (let attempt = 1;; attempt++) {
      try {
        for await (const chunk of exchange.chunks()) {
          received += chunk.length;
          attempt = 1;
          yield chunk;
        }
        return;
      } catch (cause) {
        if (cause instanceof EdgebootError) throw cause;
        if (attempt >= PATIENCE[options.patience ?? "patient"].attempts) {
          throw unreachable(url, `${exchange.brokeBy} after ${received} bytes`, cause);
        }
        await this.options.clock.sleep(backoffMs(attempt));
      } finally {
        await exchange.discard();
      }
      exchange = await this.#exchange(url, options, {
        range: `bytes=${received}-`,
        ...(isStrong(validator) ? { "if-range": validator } : {}),
      });
      const range = exchange.response.header("content-range") ?? "";
      if (exchange.response.status !== 206 || !range.startsWith(`bytes ${received}-`)) {
        await exchange.discard();
        throw unreachable(url, `the connection broke after ${received} bytes`, undefined);
      }
    }
  }

  async #exchange(
    url: string,
    options: FetchOptions,
    headers: Record<string, string>,
  ): Promise<Exchange> {
    const patience = PATIENCE[options.patience ?? "patient"];
    for (let attempt = 1;; attempt++) {
      const timer = new StallTimer(patience.headersMs, patience.stallMs, patience.wholeMs);
      let waitMs = backoffMs(attempt);
      try {
        const response = await followRedirects(url, (target) =>
          this.options.http.get({
            url: target,
            headers: requestHeaders(target, this.options, headers),
            signal: timer.signal,
          }));
        timer.headersCame();
        if (!isTransient(response.status) || attempt >= patience.attempts) {
          return new Exchange(response, timer);
        }
        waitMs = retryAfterMs(response.header("retry-after")) ?? waitMs;
        await response.cancel();
        timer.stop();
      } catch (cause) {
        timer.stop();
        if (cause instanceof EdgebootError) throw cause;
        if (attempt >= patience.attempts) throw unreachable(url, timer.explain(cause), cause);
      }
      await this.options.clock.sleep(waitMs);
    }
  }
}

/** Credentials only where the registry itself is asked. */
export function requestHeaders(
  url: string,
  { authority, userAgent }: Pick<HttpFetcherOptions, "authority" | "userAgent">,
  extra: Readonly<Record<string, string>>,
): Record<string, string> {
  const headers: Record<string, string> = {
    "accept-encoding": "identity",
    "user-agent": userAgent,
    ...extra,
  };
  if (authority !== undefined && new URL(url).origin === authority.origin) {
    const { token, credentials } = authority;
    if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
    else if (credentials !== undefined) headers["authorization"] = basic(credentials);
  }
  return headers;
}

function nothingAfter({ offset, total, validator }: Rest): Content {
  return { kind: "content", size: total, offset, validator, async *chunks() {} };
}

/** One response and the timer that watches it. */
class Exchange {
  #ended = false;

  constructor(readonly response: HttpResponse, private readonly timer: StallTimer) {}

  /** Why the body ended before its end. */
  get brokeBy(): string {
    return this.timer.reason ?? "the connection broke";
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    this.timer.resume();
    for await (const chunk of this.response.body()) {
      this.timer.pause();
      yield chunk;
      this.timer.resume();
    }
    this.#ended = true;
  }

  async discard(): Promise<void> {
    this.timer.stop();
    if (!this.#ended) await this.response.cancel();
    this.#ended = true;
  }
}

/** RFC 7617: user-id and password as UTF-8, base64. */
function basic({ username, password }: Credentials): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

/** @param sent whether credentials went with the request */
function refusal(url: string, status: number, sent: boolean): EdgebootError {
  if (status === 401 || status === 403) {
    return new EdgebootError("REGISTRY_DENIED", {
      what: `cannot fetch ${display(url)}`,
      why: `the server answered ${status}: ${
        sent
          ? "it does not take the credentials that were sent"
          : "it wants credentials, and none were sent"
      }`,
      next:
        `${
          sent ? "correct" : "set"
        } EDGEBOOT_TOKEN or EDGEBOOT_TOKEN_FILE, or put user:password into ` +
        "the registry's URL",
    }, { facts: { url: display(url), status } });
  }
  return unreachable(url, `the server answered ${status}`, undefined, { status });
}

function unreachable(
  url: string,
  why: string,
  cause: unknown,
  facts: Record<string, number> = {},
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
