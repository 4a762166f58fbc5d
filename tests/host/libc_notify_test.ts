import { assertEquals } from "@std/assert";
import { socketAddress } from "../../src/host/libc_notify.ts";

const text = (bytes: Uint8Array | undefined) =>
  bytes && new TextDecoder().decode(bytes).replaceAll("\0", "0");

for (
  const [socket, address] of [
    ["/run/systemd/notify", "\x010/run/systemd/notify0"],
    ["@abstract/name", "\x0100abstract/name"],
    [`/${"a".repeat(106)}`, `\x010/${"a".repeat(106)}0`],
    [`/${"a".repeat(107)}`, undefined],
    [`@${"a".repeat(108)}`, undefined],
    ["@", undefined],
    ["vsock:2:1234", undefined],
    ["notify", undefined],
    ["", undefined],
  ] as const
) {
  Deno.test(`socketAddress of ${JSON.stringify(socket.slice(0, 30))} (${socket.length}) is sockaddr_un`, () => {
    assertEquals(text(socketAddress(socket)), address);
  });
}
