import type { ProcessInfo } from "../../host/ports.ts";

/**
 * Makes a file or directory under a umask that lets everybody read: with whatever umask a registry is
 * published, the server that reads it is another user. Whether a group may write stays as the umask has it.
 */
export function readable<T>(process: Pick<ProcessInfo, "umask">, make: () => T): T {
  const umask = process.umask(0o022);
  process.umask(umask & 0o022);
  try {
    return make();
  } finally {
    process.umask(umask);
  }
}
