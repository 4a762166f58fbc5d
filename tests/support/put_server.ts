import { createHash } from "node:crypto";

export interface PutServerOptions {
  /** Looks at If-Match and If-None-Match (RFC 9110, 13.1); else it writes whatever they say. */
  readonly conditional: boolean;
  /** Answers 409 where a collection is missing, as WebDAV has it (RFC 4918, 9.7.1). */
  readonly collections?: true;
  /** What must stand in Authorization. */
  readonly authorization?: string;
  /** Answers in place of the server; undefined: the server. */
  readonly answer?: (request: Request, path: string) => Response | undefined;
}

/** A small server that takes PUT, whole or not at all, with entity tags of the content. */
export class PutServer implements AsyncDisposable {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly requests: string[] = [];
  readonly #collections = new Set<string>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(private readonly options: PutServerOptions) {
    const listen = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#server = Deno.serve(listen, (request) => this.#answer(request));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  text(path: string): string | undefined {
    const bytes = this.files.get(path);
    return bytes && new TextDecoder().decode(bytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const path = decodeURIComponent(new URL(request.url).pathname);
    // Before anything is looked at: two requests then stand at the same point.
    let body: Uint8Array<ArrayBuffer> | undefined;
    try {
      body = new Uint8Array(await request.arrayBuffer());
    } catch {
      return new Response(null, { status: 400 });
    }
    const response = this.options.answer?.(request, path) ?? this.#respond(request, path, body);
    this.requests.push(`${request.method} ${path} ${response.status}`);
    return response;
  }

  #respond(request: Request, path: string, body: Uint8Array<ArrayBuffer>): Response {
    const { authorization } = this.options;
    if (authorization !== undefined && request.headers.get("authorization") !== authorization) {
      return new Response(null, { status: 401 });
    }
    const file = this.files.get(path);
    switch (request.method) {
      case "GET":
      case "HEAD":
        return read(request, file);
      case "PUT":
        return this.#put(request, path, body, file);
      case "MKCOL":
        return new Response(null, { status: this.#makeCollection(path) });
      default:
        return new Response(null, { status: 405 });
    }
  }

  #put(
    { headers }: Request,
    path: string,
    body: Uint8Array<ArrayBuffer>,
    file: Uint8Array<ArrayBuffer> | undefined,
  ): Response {
    const match = headers.get("if-match");
    const fails = headers.get("if-none-match") === "*" && file !== undefined ||
      match !== null && (file === undefined || match !== etagOf(file));
    if (this.options.conditional && fails) return new Response(null, { status: 412 });
    const collection = path.slice(0, path.lastIndexOf("/") + 1);
    if (this.options.collections && collection !== "/" && !this.#collections.has(collection)) {
      return new Response(null, { status: 409 });
    }
    this.files.set(path, body);
    return new Response(null, { status: file === undefined ? 201 : 204 });
  }

  #makeCollection(path: string): number {
    const parent = path.slice(0, path.lastIndexOf("/", path.length - 2) + 1);
    if (this.#collections.has(path)) return 405;
    if (parent !== "/" && !this.#collections.has(parent)) return 409;
    this.#collections.add(path);
    return 201;
  }
}

function read({ headers, method }: Request, file: Uint8Array<ArrayBuffer> | undefined): Response {
  if (file === undefined) return new Response(null, { status: 404 });
  const etag = etagOf(file);
  if (headers.get("if-none-match") === etag) {
    return new Response(null, { status: 304, headers: { etag } });
  }
  return new Response(method === "HEAD" ? null : file, {
    headers: { etag, "content-length": String(file.length) },
  });
}

function etagOf(file: Uint8Array): string {
  return `"${createHash("sha256").update(file).digest("hex").slice(0, 20)}"`;
}
