/** What a client asked for, and what it got. */
export interface Logged {
  readonly method: string;
  /** path and query */
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
}

/** Answers in place of the files; undefined: the file. */
export type Answer = (request: Request, path: string) => Response | undefined;

export class StaticServer {
  readonly requests: Logged[] = [];
  #answer: Answer = () => undefined;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(private readonly root: string) {
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      (request) => this.#handle(request),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Paths asked for, in order. */
  get paths(): string[] {
    return this.requests.map(({ path }) => path);
  }

  answer(answer: Answer): void {
    this.#answer = answer;
  }

  forget(): void {
    this.requests.length = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Streams that a test left open would hold an orderly end for ever.
    await Promise.race([this.#server.shutdown(), new Promise((done) => setTimeout(done, 100))]);
  }

  async #handle(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const response = this.#answer(request, pathname) ?? await serveFile(this.root, request);
    const { method, headers } = request;
    this.requests.push({ method, path: pathname + search, status: response.status, headers });
    return response;
  }
}

/** ETag, If-None-Match, Range and If-Range, as any static file server has them (RFC 9110). */
async function serveFile(root: string, request: Request): Promise<Response> {
  const path = root + decodeURIComponent(new URL(request.url).pathname);
  let bytes: Uint8Array<ArrayBuffer>;
  let etag: string;
  try {
    const stat = await Deno.stat(path);
    etag = `"${stat.mtime?.getTime().toString(16)}-${stat.size.toString(16)}"`;
    bytes = await Deno.readFile(path);
  } catch {
    return new Response("not found\n", { status: 404 });
  }
  const headers = { etag, "accept-ranges": "bytes" };
  if (request.headers.get("if-none-match") === etag) {
    return new Response(null, { status: 304, headers });
  }
  const range = /^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "");
  const valid = request.headers.get("if-range") ?? etag;
  if (range === null || valid !== etag) return new Response(bytes, { headers });
  const from = Number(range[1]);
  return new Response(bytes.subarray(from), {
    status: 206,
    headers: { ...headers, "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` },
  });
}

/** An address that nothing listens on. */
export function deadUrl(): string {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return `http://127.0.0.1:${port}`;
}

/** A TCP server that sends `bytes` to whoever asks and hangs up, whatever the headers promise. */
export function rawServer(bytes: Uint8Array): { url: string } & AsyncDisposable {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const serve = async () => {
    for await (const connection of listener) {
      try {
        await connection.read(new Uint8Array(65536));
        for (let sent = 0; sent < bytes.length;) {
          sent += await connection.write(bytes.subarray(sent));
        }
      } catch {
        // The client hung up first.
      }
      connection.close();
    }
  };
  const served = serve();
  return {
    url: `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    async [Symbol.asyncDispose]() {
      listener.close();
      await served;
    },
  };
}
