import { noise, sha256, tarOf } from "./bundles.ts";
import type { LayerDigest, ReleaseDigest } from "../../src/model/digest.ts";

/** One way in which an answer goes wrong; each fault strikes once, in order. */
export type Fault =
  | { readonly kind: "status"; readonly status: number; readonly headers?: Record<string, string> }
  | { readonly kind: "redirect"; readonly to: string; readonly status?: number }
  /** Ends the connection after so many bytes of the body. */
  | { readonly kind: "cut"; readonly after: number }
  /** Sends headers and so many bytes, then nothing more. */
  | { readonly kind: "stall"; readonly after: number }
  /** Other bytes with status 200, such as a proxy's error page. */
  | { readonly kind: "body"; readonly text: string };

export interface Request {
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
}

export interface LayerInput {
  readonly files?: Readonly<Record<string, string>>;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  /** Other fields of the layer in the release. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** A directory registry that tests fill, and serve over HTTP with faults of their choice. */
export class FakeRegistry {
  constructor(readonly root: string) {
    Deno.mkdirSync(`${root}/blobs/sha256`, { recursive: true });
    Deno.mkdirSync(`${root}/apps`, { recursive: true });
  }

  putBlob(bytes: Uint8Array<ArrayBuffer> | string): LayerDigest & ReleaseDigest {
    const digest = sha256(bytes);
    const data = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
    Deno.writeFileSync(`${this.root}/blobs/sha256/${digest}`, data);
    return digest;
  }

  putRelease(app: string, ref: string, release: string): ReleaseDigest {
    Deno.mkdirSync(`${this.root}/apps/${app}`, { recursive: true });
    Deno.writeTextFileSync(`${this.root}/apps/${app}/${ref}.json`, release);
    return this.putBlob(release);
  }

  /** Publishes layers and a release of them in full form; returns the release's digest. */
  publish(
    app: string,
    ref: string,
    version: string,
    layers: readonly LayerInput[],
    fields: Readonly<Record<string, unknown>> = {},
  ): ReleaseDigest {
    const stated = layers.map((layer) => {
      const bytes = layer.bytes ?? tarOf(layer.files ?? {});
      const digest = this.putBlob(bytes);
      return { kind: "app", sha256: digest, size: bytes.length, ...layer.fields };
    });
    const release = {
      schema: "edgeboot.release/v1",
      app,
      version,
      entrypoints: { default: { module: "hello" } },
      variants: [{ layers: stated }],
      ...fields,
    };
    return this.putRelease(app, ref, JSON.stringify(release, undefined, 1));
  }

  /** A release of two small layers. */
  publishHello(version = "1", ref = "stable"): ReleaseDigest {
    return this.publish("hello", ref, version, [
      { files: { "hello.py": `print("hello ${version}")\n`, "pkg/__init__.py": "" } },
      { files: { "lib.py": noise(3000, version.length), "data/a.txt": `a${version}` } },
    ]);
  }

  serve(): Served {
    return new Served(this.root);
  }
}

/** A real HTTP server with ETag, If-None-Match, Range and If-Range. */
export class Served implements AsyncDisposable {
  readonly requests: Request[] = [];
  readonly faults: { readonly path: RegExp; readonly fault: Fault }[] = [];
  /** When set, requests without this Authorization are answered with 401. */
  authorization: string | undefined;
  etags = true;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #stalled = new Set<() => void>();

  constructor(private readonly root: string) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {}, onError: () => new Response() },
      (request) => this.#answer(request),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** The next request whose path matches meets the fault. */
  fail(path: RegExp, ...faults: Fault[]): void {
    this.faults.push(...faults.map((fault) => ({ path, fault })));
  }

  statuses(path = /./): number[] {
    return this.requests.filter((request) => path.test(request.path)).map(({ status }) => status);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const release of this.#stalled) release();
    await this.#server.shutdown();
  }

  #answer(request: globalThis.Request): Response {
    const path = decodeURIComponent(new URL(request.url).pathname);
    const response = this.#respond(request, path);
    this.requests.push({ path, status: response.status, headers: request.headers });
    return response;
  }

  #respond(request: globalThis.Request, path: string): Response {
    const index = this.faults.findIndex((fault) => fault.path.test(path));
    const fault = index < 0 ? undefined : this.faults.splice(index, 1)[0]!.fault;
    if (fault?.kind === "status") return new Response("no", fault);
    if (fault?.kind === "body") return new Response(fault.text);
    if (fault?.kind === "redirect") {
      return new Response(null, { status: fault.status ?? 302, headers: { location: fault.to } });
    }
    const given = request.headers.get("authorization") ?? undefined;
    if (this.authorization !== undefined && given !== this.authorization) {
      return new Response("who are you?", { status: 401 });
    }
    return this.#file(request, path, fault);
  }

  #file(
    request: globalThis.Request,
    path: string,
    fault: Extract<Fault, { kind: "cut" | "stall" }> | undefined,
  ): Response {
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      bytes = Deno.readFileSync(`${this.root}${path}`);
    } catch {
      return new Response("nothing here", { status: 404 });
    }
    const etag = `"${sha256(bytes).slice(0, 16)}"`;
    const headers = new Headers(this.etags ? { etag } : {});
    if (this.etags && request.headers.get("if-none-match") === etag) {
      return new Response(null, { status: 304, headers });
    }
    const from = rangeStart(request, this.etags ? etag : undefined);
    const body = bytes.subarray(from ?? 0);
    if (from !== undefined) {
      headers.set("content-range", `bytes ${from}-${bytes.length - 1}/${bytes.length}`);
    }
    headers.set("content-length", String(body.length));
    const status = from === undefined ? 200 : 206;
    return new Response(fault === undefined ? body : this.#broken(body, fault), {
      status,
      headers,
    });
  }

  #broken(
    body: Uint8Array<ArrayBuffer>,
    fault: Extract<Fault, { kind: "cut" | "stall" }>,
  ): ReadableStream<Uint8Array> {
    const stalled = this.#stalled;
    let sent = false;
    return new ReadableStream({
      async pull(controller) {
        if (!sent) {
          sent = true;
          return controller.enqueue(body.subarray(0, fault.after));
        }
        if (fault.kind === "stall") {
          await new Promise<void>((resolve) => stalled.add(resolve));
        } else await new Promise((resolve) => setTimeout(resolve, 20));
        controller.error(new Error("broken on purpose"));
      },
    }, { highWaterMark: 0 });
  }
}

function rangeStart(request: globalThis.Request, etag: string | undefined): number | undefined {
  const match = /^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "");
  const condition = request.headers.get("if-range");
  if (match === null || (condition !== null && condition !== etag)) return undefined;
  return Number(match[1]);
}
