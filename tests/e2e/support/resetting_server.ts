import { createServer, type Server, type Socket } from "node:net";

/** What becomes of one response. */
export interface Response {
  readonly path: string;
  /** Bytes of the body after which the connection is reset; undefined: it ends in order. */
  readonly resetAfter: number | undefined;
}

/**
 * Files below a directory, by a server that knows neither Range nor ETag, over connections of which some are
 * reset: the kernel sends RST, as from a load balancer that loses its state, and no end of the body.
 */
export class ResettingServer implements AsyncDisposable {
  readonly responses: Response[] = [];

  private constructor(private readonly server: Server) {}

  /** @param resetAfter of the nth response, from 1, of so many bytes: after how many it is reset */
  static async serve(
    root: string,
    resetAfter: (nth: number, size: number) => number | undefined,
  ): Promise<ResettingServer> {
    const answer = async (socket: Socket, path: string) => {
      const body = await Deno.readFile(root + path).catch(() => undefined);
      if (body === undefined) {
        return void socket.end("HTTP/1.1 404 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
      }
      const after = resetAfter(self.responses.length + 1, body.length);
      self.responses.push({ path, resetAfter: after });
      socket.write(`HTTP/1.1 200 X\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`);
      if (after === undefined) return void socket.end(body);
      socket.write(body.subarray(0, after), () => socket.resetAndDestroy());
    };
    const server = createServer((socket) => {
      socket.on("error", () => {});
      let head = "";
      socket.on("data", (data) => {
        head += data.toString("latin1");
        const path = /^GET (\S+) [^]*\r\n\r\n$/.exec(head)?.[1];
        if (path !== undefined) void answer(socket, path);
      });
    });
    const self = new ResettingServer(server);
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    return self;
  }

  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === "string") throw new Error("it does not listen");
    return `http://127.0.0.1:${address.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise((closed) => this.server.close(closed));
  }
}
