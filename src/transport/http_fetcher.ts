import type { Content, Fetched, Fetcher, FetchOptions } from "../model/content.ts";
import { EdgebootError, type ErrorFacts } from "../model/errors.ts";
import { PATIENCE } from "../model/patience.ts";
import type { Clock, HttpClient } from "../host/ports.ts";
import { Attempts, type Retry } from "./attempts.ts";
import { Exchange } from "./exchange.ts";
import { isTransient, retryAfterMs } from "./retry.ts";
import { rangeRequest, type Rest, restOf } from "./ranges.ts";
import { followRedirects } from "./redirects.ts";
import { type Asking, requestHeaders } from "./request_headers.ts";
import { certificateRefused, refusal, unreachable } from "./refusal.ts";
import { StallTimer } from "./stall.ts";
import { transfer } from "./transfer.ts";

/** All headers of a request, signed; the same ones where it is not for the server that wants it. */
export type SignRequest = (request: {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
}) => Promise<Readonly<Record<string, string>>>;

export interface HttpFetcherOptions extends Asking {
  readonly http: HttpClient;
  /** For servers to which the headers have to vouch for the request. */
  readonly sign?: SignRequest;
  readonly clock: Clock;
  /** Told before each attempt but the first. */
  readonly onRetry?: (retry: Retry) => void;
}

/** One fetch: what is asked for, and what is left of the patience with it. */
interface Wanted {
  readonly url: string;
  readonly options: FetchOptions;
  readonly attempts: Attempts;
}

/**
 * GET with timeouts, retries and resumption. The body is asked for as `identity`: size and digest
 * are those of the stored bytes (RFC 9110, 12.5.3).
 */
export class HttpFetcher implements Fetcher {
  constructor(private readonly options: HttpFetcherOptions) {}

  async fetch(url: string, options: FetchOptions = {}): Promise<Fetched> {
    const patience = PATIENCE[options.patience ?? "patient"];
    const totalMs = options.document === undefined ? Infinity : patience.documentMs;
    const { clock, onRetry } = this.options;
    const attempts = new Attempts(patience, url, clock, totalMs, onRetry);
    const wanted = { url, options, attempts };
    const range = options.resume && rangeRequest(options.resume);
    if (range !== undefined) {
      const exchange = await this.#exchange(wanted, range);
      const rest = restOf(exchange.response, options.resume!);
      if (rest?.complete) {
        await exchange.discard();
        return nothingAfter(rest);
      }
      if (rest !== undefined) return this.#content(wanted, exchange, rest);
      // 200: the whole, as it has changed or the server knows no ranges. Other parts are of no use.
      if (exchange.status !== 206 && exchange.status !== 416) {
        return await this.#answer(wanted, exchange);
      }
      await exchange.discard();
    }
    const conditional = options.validator === undefined
      ? {}
      : { "if-none-match": options.validator };
    return await this.#answer(wanted, await this.#exchange(wanted, conditional));
  }

  async #answer(wanted: Wanted, exchange: Exchange): Promise<Fetched> {
    const { status } = exchange;
    if (status === 200) return this.#content(wanted, exchange);
    await exchange.discard();
    if (status === 304 && wanted.options.validator !== undefined) return { kind: "unchanged" };
    if (status === 404 || status === 410) return { kind: "absent" };
    throw this.#refusal(wanted.url, status);
  }

  async #headers(url: string, extra: Record<string, string>) {
    const headers = requestHeaders(url, this.options, extra);
    return await this.options.sign?.({ method: "GET", url, headers }) ?? headers;
  }

  #refusal(url: string, status: number): EdgebootError {
    return refusal(url, status, "authorization" in requestHeaders(url, this.options, {}));
  }

  #content(wanted: Wanted, exchange: Exchange, rest?: Rest): Content {
    const { url, options, attempts } = wanted;
    const total = rest?.total ?? exchange.length;
    const validator = exchange.response.header("etag") ?? rest?.validator;
    const offset = rest?.offset ?? 0;
    const encoding = exchange.response.header("content-encoding");
    return {
      ...{ kind: "content", size: total, offset, validator },
      ...(encoding === undefined || encoding === "identity" ? {} : { encoding }),
      chunks: () =>
        transfer(
          { url, exchange, attempts, offset, total, validator },
          options,
          (headers) => this.#exchange(wanted, headers),
          ({ status }) => this.#refusal(url, status),
        ),
    };
  }

  /** The first answer that another attempt would not change. */
  async #exchange(
    { url, attempts }: Wanted,
    headers: Record<string, string>,
  ): Promise<Exchange> {
    const { http, clock } = this.options;
    const { patience } = attempts;
    for (;;) {
      const timer = new StallTimer(patience, attempts.leftMs, patience.documentMs);
      let why: string;
      let retryAfter: number | undefined;
      let failure: { cause?: unknown; facts?: ErrorFacts };
      try {
        const response = await followRedirects(url, async (target) =>
          await http.get({
            url: target,
            headers: await this.#headers(target, headers),
            signal: timer.signal,
          }));
        timer.headersCame();
        const { status } = response;
        if (!isTransient(status)) return new Exchange(response, timer);
        why = `the server answered ${status}`;
        const [asked, date] = [response.header("retry-after"), response.header("date")];
        retryAfter = retryAfterMs(asked, date, clock.now());
        failure = { facts: { status } };
        await response.cancel();
      } catch (cause) {
        if (cause instanceof EdgebootError) throw cause;
        const refused = certificateRefused(url, cause, clock.now());
        if (refused !== undefined) throw refused;
        why = timer.explain(cause);
        failure = { cause };
      } finally {
        timer.headersCame();
      }
      if (await attempts.again({ why, progress: false, retryAfterMs: retryAfter })) continue;
      throw unreachable(url, `${why}${attempts.tried}`, failure.cause, failure.facts);
    }
  }
}

function nothingAfter({ offset, total, validator }: Rest): Content {
  return { kind: "content", size: total, offset, validator, async *chunks() {} };
}
