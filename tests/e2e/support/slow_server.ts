import { encodeHex } from "@std/encoding/hex";

/** How the server treats one GET of the file. */
export interface Behaviour {
  /** End the connection after this many bytes of the body. */
  readonly cutAfter?: number;
  /** Wait after each 64 KiB, so that there is time to do something to the client. */
  readonly pauseMs?: number;
  /** Answer 200 with everything, as servers do that know no ranges. */
  readonly ignoreRange?: boolean;
  readonly etag?: string | undefined;
}

export interface Served {
  readonly range: string | null;
  readonly ifRange: string | null;
  status: number;
  /** of the body, as handed to the socket */
  bytes: number;
}

/** One file at every path, over plain sockets, so that a body can break off in its middle. */
export class SlowServer implements AsyncDisposable {
  readonly served: Served[] = [];
  behaviour: Behaviour = {};
  readonly #listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  readonly #loop: Promise<void>;

  constructor(public content: Uint8Array) {
    this.#loop = this.#accept();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#listener.addr as Deno.NetAddr).port}`;
  }

  get bytesServed(): number {
    return this.served.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async until(condition: () => boolean): Promise<void> {
    for (let waited = 0; !condition(); waited += 5) {
      if (waited > 10_000) throw new Error("the server waited in vain");
      await new Promise((done) => setTimeout(done, 5));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#loop;
  }

  async #accept(): Promise<void> {
    const connections: Promise<void>[] = [];
    for await (const connection of this.#listener) connections.push(this.#serve(connection));
    await Promise.all(connections);
  }

  async #serve(connection: Deno.TcpConn): Promise<void> {
    try {
      const headers = await readHead(connection);
      if (headers !== undefined) await this.#answer(connection, headers);
    } catch {
      // The client is gone.
    }
    try {
      connection.close();
    } catch {
      // It was closed already.
    }
  }

  async #answer(connection: Deno.TcpConn, headers: Headers): Promise<void> {
    const { cutAfter = Infinity, pauseMs = 0, ignoreRange = false } = this.behaviour;
    const etag = "etag" in this.behaviour ? this.behaviour.etag : await etagOf(this.content);
    const [range, ifRange] = [headers.get("range"), headers.get("if-range")];
    const served: Served = { range, ifRange, status: 200, bytes: 0 };
    this.served.push(served);
    const match = /^bytes=(\d+)-$/.exec(range ?? "");
    const usable = match !== null && !ignoreRange && (ifRange === null || ifRange === etag);
    const from = usable ? Number(match[1]) : 0;
    const total = this.content.length;
    served.status = !usable ? 200 : from < total ? 206 : 416;
    const body = this.content.subarray(Math.min(from, total));
    const lines = [
      `HTTP/1.1 ${served.status} X`,
      `content-length: ${served.status === 416 ? 0 : body.length}`,
      "connection: close",
      ...(etag === undefined ? [] : [`etag: ${etag}`]),
      ...(served.status === 206 ? [`content-range: bytes ${from}-${total - 1}/${total}`] : []),
      ...(served.status === 416 ? [`content-range: bytes */${total}`] : []),
    ];
    await writeAll(connection, new TextEncoder().encode(lines.join("\r\n") + "\r\n\r\n"));
    for (let sent = 0; sent < Math.min(body.length, cutAfter);) {
      const piece = body.subarray(sent, Math.min(sent + 65536, cutAfter, body.length));
      await writeAll(connection, piece);
      sent += piece.length;
      served.bytes += piece.length;
      if (pauseMs > 0) await new Promise((done) => setTimeout(done, pauseMs));
    }
  }
}

async function etagOf(content: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", content as Uint8Array<ArrayBuffer>);
  return `"${encodeHex(new Uint8Array(digest)).slice(0, 16)}"`;
}

async function readHead(connection: Deno.TcpConn): Promise<Headers | undefined> {
  let text = "";
  const buffer = new Uint8Array(65536);
  while (!text.includes("\r\n\r\n")) {
    const read = await connection.read(buffer);
    if (read === null) return undefined;
    text += new TextDecoder().decode(buffer.subarray(0, read));
  }
  const headers = new Headers();
  for (const line of text.split("\r\n").slice(1)) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return headers;
}

async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}
