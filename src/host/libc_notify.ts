import { openLibc } from "./libc.ts";

/** Deno's own unix datagrams are behind an unstable flag, and know no abstract names. */
const SYMBOLS = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

let opened: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"] | undefined;

const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
/** A manager that does not read must not hold a start; a dead one must not end it. */
const MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;
/** sun_path, its closing NUL included (unix(7)). */
const LONGEST_NAME = 108;

/** One datagram. The kernel adds the sender's PID, so the manager sees that its main process speaks. */
export function notify(socket: string, lines: string): void {
  const address = socketAddress(socket);
  if (address === undefined || Deno.build.os !== "linux") return;
  opened ??= openLibc(SYMBOLS);
  const descriptor = opened.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  if (descriptor < 0) return;
  const text = new TextEncoder().encode(lines);
  const [length, addressLength] = [BigInt(text.length), address.length];
  opened.sendto(descriptor, text, length, MSG_DONTWAIT_NOSIGNAL, address, addressLength);
  opened.close(descriptor);
}

/**
 * struct sockaddr_un: the family in the machine's order, then the name. An abstract one has a NUL in place
 * of its `@` and ends with the structure; a path ends with a NUL. undefined for what is neither, such as
 * the `vsock:` of a virtual machine's manager, and for what is too long.
 */
export function socketAddress(socket: string): Uint8Array<ArrayBuffer> | undefined {
  const abstract = socket.startsWith("@");
  if (!abstract && !socket.startsWith("/")) return undefined;
  const name = new TextEncoder().encode(abstract ? `\0${socket.slice(1)}` : `${socket}\0`);
  if (name.length > LONGEST_NAME || name.length < 2) return undefined;
  const address = new Uint8Array(2 + name.length);
  new DataView(address.buffer).setUint16(0, AF_UNIX, true);
  address.set(name, 2);
  return address;
}
