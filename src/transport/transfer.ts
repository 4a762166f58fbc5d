import { ANEW, type FetchOptions } from "../model/content.ts";
import { EdgebootError } from "../model/errors.ts";
import { isProgress } from "../model/patience.ts";
import type { Attempts } from "./attempts.ts";
import type { Exchange } from "./exchange.ts";
import { isStrong, restOf } from "./ranges.ts";
import { unreachable } from "./refusal.ts";

/** A transfer that has begun: what is asked for, and the first answer to it. */
export interface Begun {
  readonly url: string;
  readonly exchange: Exchange;
  readonly attempts: Attempts;
  /** bytes that the caller has already */
  readonly offset: number;
  /** bytes of the whole, where the server says */
  readonly total: number | undefined;
  readonly validator: string | undefined;
}

/** Asks once more, with these headers; retries what may pass. */
export type Ask = (headers: Record<string, string>) => Promise<Exchange>;

/**
 * Reads a body to its end, through as many connections as it takes. When one breaks:
 *
 *   the server has the rest     206 of the same content: it is appended
 *   it has changed, or the      200, as If-Range demands (RFC 9110, 13.1.5), or the server knows no ranges:
 *   server knows no ranges      ANEW, then the whole from its first byte, as after a 503
 *   a part that does not fit    a wrong offset, total or ETag: it is asked for the whole, and that taken
 *
 * A document, which no digest vouches for, is never put together from two answers.
 */
export async function* transfer(
  begun: Begun,
  options: Pick<FetchOptions, "document">,
  ask: Ask,
  refuse: (exchange: Exchange) => EdgebootError,
): AsyncGenerator<Uint8Array | typeof ANEW> {
  const { url, attempts } = begun;
  let { exchange, offset: received, total, validator } = begun;
  let ranges = options.document === undefined;
  for (;;) {
    const before = received;
    try {
      for await (const chunk of exchange.chunks()) {
        received += chunk.length;
        yield chunk;
      }
      return;
    } catch (cause) {
      if (cause instanceof EdgebootError) throw cause;
      const why = `${exchange.brokeBy} after ${received} bytes`;
      const progress = !exchange.isTooSlow && isProgress(received - before, total);
      if (!await attempts.again({ why, progress })) {
        throw unreachable(url, `${why}${attempts.tried}`, cause);
      }
    } finally {
      await exchange.discard();
    }
    const resume = { offset: received, validator, total, immutable: false };
    const continues = ranges && received > 0;
    exchange = await ask(continues ? rangeFrom(received, validator) : {});
    const rest = continues ? restOf(exchange.response, resume) : undefined;
    if (rest?.complete) return await exchange.discard();
    if (rest !== undefined) continue;
    if (continues && (exchange.status === 206 || exchange.status === 416)) {
      await exchange.discard();
      ranges = false;
      exchange = await ask({});
    }
    if (exchange.status !== 200) {
      await exchange.discard();
      throw refuse(exchange);
    }
    if (received > 0 && !attempts.restart()) {
      await exchange.discard();
      throw unreachable(
        url,
        `the connection broke again and again, at last after ${received} bytes, and the server cannot ` +
          "continue a transfer",
        undefined,
      );
    }
    if (received > 0) yield ANEW;
    received = 0;
    total = exchange.length;
    validator = exchange.response.header("etag");
  }
}

function rangeFrom(received: number, validator: string | undefined): Record<string, string> {
  return {
    range: `bytes=${received}-`,
    ...(isStrong(validator) ? { "if-range": validator } : {}),
  };
}
