import { httpError } from "./http_error.ts";
import type { HttpClient, HttpResponse, HttpSender } from "./ports.ts";
import { withSystemTrust } from "./system_trust.ts";

export const denoHttp: HttpClient & HttpSender = {
  async get({ url, headers, signal }) {
    const options = { headers, signal, redirect: "manual" } as const;
    const request = () => fetch(url, options);
    try {
      const response = await (url.startsWith("https:") ? withSystemTrust(request) : request());
      return toResponse(response, url, signal);
    } catch (error) {
      throw signal.aborted ? signal.reason : httpError(error, url);
    }
  },

  async send({ url, method, headers, signal, body }) {
    let broken: unknown;
    const options = {
      ...{ method, headers, signal, redirect: "manual" } as const,
      ...(body === undefined ? {} : { body: toBody(body, (error) => broken = error) }),
    };
    const request = () => fetch(url, options);
    try {
      const response = await (url.startsWith("https:") ? withSystemTrust(request) : request());
      return toResponse(response, url, signal);
    } catch (error) {
      if (broken !== undefined) throw broken;
      throw signal.aborted ? signal.reason : httpError(error, url);
    }
  },
};

/** @param broke told what the pieces have thrown, which fetch only knows as a failure of its own */
function toBody(
  body: Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array>,
  broke: (error: unknown) => void,
): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const told = async function* () {
    try {
      yield* body;
    } catch (error) {
      broke(error);
      throw error;
    }
  };
  return ReadableStream.from(told());
}

function toResponse(response: Response, url: string, signal: AbortSignal): HttpResponse {
  return {
    status: response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    body: () => bodyOf(response, url, signal),
    cancel: async () => {
      // A body that is locked or has failed is already on its way out.
      await response.body?.cancel().catch(() => {});
    },
  };
}

async function* bodyOf(
  { body }: Response,
  url: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  try {
    yield* body;
  } catch (error) {
    throw signal.aborted ? signal.reason : httpError(error, url);
  }
}
