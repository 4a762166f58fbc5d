const PROGRAM = ["/usr/sbin/nginx", "/usr/bin/nginx"].find((path) => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
});

/** Why there is none here. */
export const NO_NGINX = PROGRAM === undefined ? "nginx is not installed" : undefined;

/** A real nginx that takes PUT for a directory, as its documentation has it, and looks at no condition. */
export class Nginx implements AsyncDisposable {
  static async start(directory: string, served: string): Promise<Nginx> {
    const port = freePort();
    const config = `${directory}/nginx.conf`;
    await Deno.writeTextFile(config, configuration(directory, served, port));
    const child = new Deno.Command(PROGRAM!, {
      args: ["-c", config, "-p", directory],
      stdout: "null",
      stderr: "null",
    }).spawn();
    await answering(port);
    return new Nginx(`http://127.0.0.1:${port}`, child);
  }

  private constructor(readonly url: string, private readonly child: Deno.ChildProcess) {}

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGTERM");
    await this.child.status;
  }
}

function configuration(directory: string, served: string, port: number): string {
  const user = Deno.uid() === 0 ? "user root;" : "";
  return `${user} daemon off; pid ${directory}/nginx.pid; error_log ${directory}/error.log;
worker_processes 2;
events {}
http {
  access_log off;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy; fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi; scgi_temp_path ${directory}/scgi;
  server {
    listen 127.0.0.1:${port};
    root ${served};
    client_max_body_size 0;
    dav_methods PUT DELETE MKCOL;
    create_full_put_path on;
  }
}
`;
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

async function answering(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error("nginx does not answer");
}
