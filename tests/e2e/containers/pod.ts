import { output } from "../support/command.ts";
import { PYTHON } from "../support/python.ts";

/** Serves a directory in a network of loopback alone, and keeps a list of what was asked for. */
const SERVER = `
import fcntl, http.server, os, socket, struct, sys, time
root, log, rate = sys.argv[1], open(sys.argv[2], "a"), int(sys.argv[3])
with socket.socket() as lo:
    flags = struct.pack("16sh14x", b"lo", 0x1 | 0x40)  # IFF_UP, IFF_RUNNING
    fcntl.ioctl(lo, 0x8914, flags)  # SIOCSIFFLAGS

class Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *args):
        super().__init__(*args, directory=root)
    def log_message(self, *args):
        print(self.path, file=log, flush=True)
    def copyfile(self, source, target):
        while piece := source.read(max(rate // 20, 1) if rate else 1 << 16):
            target.write(piece)
            if rate: time.sleep(0.05)

server = http.server.ThreadingHTTPServer(("127.0.0.1", 9000), Handler)
os.write(1, b"ready")  # in one piece: nobody reads on
server.serve_forever()
`;

/**
 * The network that the containers of a pod share, with a registry in it: nothing of the machine's own
 * network can be reached from there, nor the other way.
 */
export class Pod implements AsyncDisposable {
  readonly url = "http://127.0.0.1:9000";

  private constructor(private readonly server: Deno.ChildProcess, private readonly log: string) {}

  static async start(registry: string, { bytesPerSecond = 0 } = {}): Promise<Pod> {
    const log = await Deno.makeTempFile({ prefix: "eb-pod-" });
    const program = [PYTHON.path, "-I", "-c", SERVER, registry, log, `${bytesPerSecond}`];
    const server = new Deno.Command("unshare", {
      args: ["--net", "--", ...program],
      ...{ stdin: "null", stdout: "piped", stderr: "inherit" },
    }).spawn();
    const reader = server.stdout.getReader();
    const { done } = await reader.read();
    await reader.cancel();
    if (done) throw new Error("the registry of the pod did not start");
    return new Pod(server, log);
  }

  get pid(): number {
    return this.server.pid;
  }

  /** Paths that were asked for, in order. */
  async requests(): Promise<string[]> {
    return (await Deno.readTextFile(this.log)).split("\n").filter((path) => path !== "");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.kill();
    await this.server.status;
    await Deno.remove(this.log);
  }
}

export const needsUnshare = await output("unshare", ["--net", "true"]).then(
  () => undefined,
  (error: Error) => error.message,
);
