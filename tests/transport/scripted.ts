import { HttpError } from "../../src/host/ports.ts";
import type { HttpClient, HttpRequest } from "../../src/host/ports.ts";

/** One answer of a server: what it sends, and how that ends. */
export interface Scripted {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** after the body; "end" by default */
  readonly then?: "end" | "reset";
  /** In place of an answer. */
  readonly error?: Error;
}

/** A server that answers as it is told, the last answer for ever, and remembers what it was asked. */
export function scripted(...answers: readonly Scripted[]): HttpClient & {
  readonly requests: HttpRequest[];
} {
  const requests: HttpRequest[] = [];
  return {
    requests,
    get: (request) => {
      const answer = answers[Math.min(requests.length, answers.length - 1)]!;
      requests.push(request);
      if (answer.error !== undefined) return Promise.reject(answer.error);
      const { status = 200, headers = {}, body = "", then = "end" } = answer;
      return Promise.resolve({
        status,
        header: (name: string) => headers[name.toLowerCase()],
        async *body() {
          if (body !== "") yield new TextEncoder().encode(body);
          if (then === "reset") throw new HttpError("connection reset", undefined);
        },
        cancel: () => Promise.resolve(),
      });
    },
  };
}

/** A body whose first `sent` characters come before a reset, with the length of all of it. */
export function broken(body: string, sent: number, headers: Record<string, string> = {}): Scripted {
  return {
    headers: { "content-length": String(body.length), ...headers },
    body: body.slice(0, sent),
    then: "reset",
  };
}

export function whole(body: string, headers: Record<string, string> = {}): Scripted {
  return { headers: { "content-length": String(body.length), ...headers }, body };
}

/** What follows `from`, as `bytes from-…/…`. */
export function part(
  body: string,
  from: number,
  headers: Record<string, string> = {},
): Scripted {
  const range = `bytes ${from}-${body.length - 1}/${body.length}`;
  return { status: 206, headers: { "content-range": range, ...headers }, body: body.slice(from) };
}
