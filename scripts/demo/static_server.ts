/** Serves a registry directory over HTTP on 127.0.0.1: what any web server does with it. */
export interface StaticServer {
  readonly origin: string;
  /** Takes the requests since the last call: `GET /apps/… 200`. */
  requests(): string[];
  stop(): Promise<void>;
}

const SERVED = /^\/(?:apps\/[a-z0-9._-]+\/[\w.+-]+\.json|blobs\/sha256\/[0-9a-f]{64})$/;

export function serveRegistry(root: string): StaticServer {
  let log: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      const response = await answer(root, pathname, request.headers.get("if-none-match"));
      log.push(`${request.method} ${pathname} ${response.status}`);
      return response;
    },
  );
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    requests: () => {
      const taken = log;
      log = [];
      return taken;
    },
    stop: () => server.shutdown(),
  };
}

async function answer(root: string, path: string, known: string | null): Promise<Response> {
  if (!SERVED.test(path)) return new Response("not found\n", { status: 404 });
  let file: Deno.FsFile;
  try {
    file = await Deno.open(`${root}${path}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return new Response("not found\n", { status: 404 });
  }
  const { size, mtime } = await file.stat();
  // As web servers do it: size and time of the file.
  const etag = `"${size.toString(16)}-${(mtime?.getTime() ?? 0).toString(16)}"`;
  if (known === etag) {
    file.close();
    return new Response(null, { status: 304, headers: { etag } });
  }
  return new Response(file.readable, { headers: { etag, "content-length": `${size}` } });
}
