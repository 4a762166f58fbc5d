import { cString, cText, errnoAfter, openLibc } from "./libc.ts";
import { fileSystemUse } from "./libc_cold.ts";
import { withSystemTrust } from "./system_trust.ts";
import { httpError } from "./http_error.ts";
import { errnoText } from "./errno.ts";
import type { Machine } from "./ports.ts";

const SYMBOLS = {
  execv: { parameters: ["buffer", "buffer"], result: "i32" },
  gnu_get_libc_version: { parameters: [], result: "usize", optional: true },
  strlen: { parameters: ["usize"], result: "usize" },
  memcpy: { parameters: ["buffer", "usize", "usize"], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

const ENOENT = 2;
const ENOTDIR = 20;
/** A path below something that is no directory, so that it exists on no machine. */
const NO_PROGRAM = "/proc/version/edgeboot";

/** resolv.conf(5) allows minutes: attempts × timeout × name servers. */
const LOOK_UP_MS = 10_000;

export const denoMachine: Machine = {
  /**
   * Asks for a program that is not there: the kernel says ENOENT (or ENOTDIR), a filter that refuses exec
   * says something else, since it sees the call and not the file.
   */
  execRefusal() {
    try {
      const { execv } = openLibc(SYMBOLS);
      const errno = errnoAfter(() => execv(cString(NO_PROGRAM), new BigUint64Array(1)));
      return errno === ENOENT || errno === ENOTDIR ? undefined : errnoText(errno);
    } catch (error) {
      return (error as Error).message;
    }
  },

  libcVersion() {
    try {
      const libc = openLibc(SYMBOLS);
      return cText(libc.gnu_get_libc_version?.() ?? 0n, libc);
    } catch {
      return undefined;
    }
  },

  fileSystemUse(path) {
    try {
      return fileSystemUse(path);
    } catch {
      return undefined;
    }
  },

  async lookUp(host) {
    // getaddrinfo(3), with /etc/hosts and all; Deno.resolveDns asks name servers only.
    const { lookup } = await import("node:dns/promises");
    const found = await within(LOOK_UP_MS, lookup(host, { all: true }));
    return found.map(({ address }) => address);
  },

  async connect({ host, port, tls }, timeoutMs) {
    try {
      return await connect(host, port, tls, timeoutMs);
    } catch (error) {
      throw httpError(error, `https://${host}/`);
    }
  },
};

async function connect(hostname: string, port: number, tls: boolean, timeoutMs: number) {
  const began = performance.now();
  const tcp = await within(timeoutMs, Deno.connect({ hostname, port }));
  const tcpMs = performance.now() - began;
  if (!tls) {
    tcp.close();
    return { tcpMs, tlsMs: 0 };
  }
  await withSystemTrust(async () => {
    const connection = await Deno.startTls(tcp, { hostname });
    try {
      await within(timeoutMs, connection.handshake());
    } finally {
      connection.close();
    }
  });
  return { tcpMs, tlsMs: performance.now() - began - tcpMs };
}

/** What comes too late is closed: nobody waits for it any more. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let isLate = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isLate = true;
      reject(new Error(`no answer within ${ms / 1000} s`));
    }, ms);
  });
  work.then((value) => isLate && (value as { close?(): void }).close?.(), () => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
