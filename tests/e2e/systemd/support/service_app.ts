import { pack } from "../../support/archives.ts";
import type { Sandbox } from "../../support/sandbox.ts";

/** What the app says of itself in `systemctl status`, as its service's StatusText. */
export interface Said {
  readonly version: string;
  readonly pid: number;
  readonly uid: number;
  readonly env: Readonly<Record<string, string>>;
  readonly reloads: number;
  /** Where a native module was loaded from; "" where the layer has none. */
  readonly native: string;
}

/**
 * A service of a few lines: says READY=1, feeds the watchdog until SIGUSR1 makes it hang, counts SIGHUP,
 * ends in good order on SIGTERM, dies of SIGUSR2, and answers on a socket that it inherits.
 */
const SERVICE = String.raw`
import json, os, select, signal, socket, sys, time

state = {"version": VERSION, "pid": os.getpid(), "uid": os.getuid(), "env": dict(os.environ),
         "reloads": 0, "native": ""}
try:
    import _zoneinfo
    state["native"] = _zoneinfo.__file__
except ImportError:
    pass

def notify(text):
    address = os.environ["NOTIFY_SOCKET"]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        s.sendto(text.encode(), "\0" + address[1:] if address[0] == "@" else address)

def tell():
    notify("STATUS=" + json.dumps(state))

def reload(*_):
    state["reloads"] += 1
    tell()

def hang(*_):
    while True:
        time.sleep(60)

def end(*_):
    print("drained", flush=True)
    sys.exit(0)

signal.signal(signal.SIGHUP, reload)
signal.signal(signal.SIGUSR1, hang)
signal.signal(signal.SIGUSR2, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
signal.signal(signal.SIGTERM, end)

inherited = int(os.environ.get("LISTEN_FDS", 0)) if os.environ.get("LISTEN_PID") == str(os.getpid()) else 0
listeners = [socket.socket(fileno=3 + n) for n in range(inherited)]
print("serving " + VERSION, flush=True)
notify("READY=1\nSTATUS=" + json.dumps(state))
while True:
    for listener in select.select(listeners, [], [], 0.2)[0]:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + str(os.getpid()).encode())
    if "WATCHDOG_USEC" in os.environ:
        notify("WATCHDOG=1")
`;

export interface Published {
  readonly version?: string;
  /** Bytes that do not compress, so that a server has something to be slow with. */
  readonly ballast?: number;
  /** A native module of the machine's Python to put into the layer. */
  readonly native?: string;
  /** Layers besides the app's own, by digest. */
  readonly layers?: readonly string[];
}

/** Puts a release of the app into the sandbox's registry, and returns the digest of its layer. */
export async function publishService(
  sandbox: Sandbox,
  app: string,
  { version = "1", ballast = 0, native, layers = [] }: Published = {},
): Promise<string> {
  const name = `files/${app}-${version}`;
  const source = await sandbox.write(name, {
    "service.py": `VERSION = ${JSON.stringify(version)}\n# ${app}\n${SERVICE}`,
  });
  if (native !== undefined) await Deno.copyFile(native, `${source}/${native.split("/").at(-1)}`);
  if (ballast > 0) await Deno.writeFile(`${source}/ballast`, noise(ballast));
  const { sha256 } = await sandbox.blob(await pack(source, `${source}.tar.gz`, "tar.gz"));
  await sandbox.release(app, "stable", {
    ...{ schema: "edgeboot.release/v1", app, version, entrypoint: { module: "service" } },
    layers: [sha256, ...layers].map((sha256) => ({ sha256 })),
  });
  return sha256;
}

export function noise(bytes: number): Uint8Array<ArrayBuffer> {
  const noise = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 65536) {
    crypto.getRandomValues(noise.subarray(at, Math.min(at + 65536, bytes)));
  }
  return noise;
}
