import type { HttpClient, HttpResponse } from "./ports.ts";

export const denoHttp: HttpClient = {
  async get({ url, headers, signal }) {
    const response = await fetch(url, { headers, signal, redirect: "manual" });
    return toResponse(response);
  },
};

function toResponse(response: Response): HttpResponse {
  return {
    status: response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    body: () => response.body ?? emptyBody(),
    cancel: async () => {
      // A body that is locked or has failed is already on its way out.
      await response.body?.cancel().catch(() => {});
    },
  };
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}
