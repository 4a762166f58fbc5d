import { assertEquals } from "@std/assert";
import { tarHeader, tarTime } from "../../../src/archive/tar/writer.ts";

const file = (path: string, size = 0) => ({ kind: "file", path, size, executable: false }) as const;

Deno.test("tarHeader needs no extended header where ustar has room", () => {
  for (const path of ["a", "a".repeat(100), `${"d".repeat(155)}/${"f".repeat(100)}`]) {
    assertEquals(tarHeader(file(path), 0).length, 512, path);
  }
});

Deno.test("tarHeader puts an extended header in front where ustar has none", () => {
  const cases = [file("a".repeat(101)), file(`${"d".repeat(156)}/f`.padEnd(300, "f")), file("é")];
  for (const member of [...cases, file("large", 8 ** 11)]) {
    const header = tarHeader(member, 0);
    assertEquals(header.length, 3 * 512, member.path);
    assertEquals(String.fromCharCode(header[156]!), "x");
  }
});

Deno.test("tarTime is whole seconds that a header can hold", () => {
  assertEquals([-1, 0.9, 1_700_000_000, 1e15].map(tarTime), [0, 0, 1_700_000_000, 8 ** 11 - 1]);
});

Deno.test("tarHeader says the nearest time that it can hold when the real one is beyond it", () => {
  const member = { kind: "file", path: "a", size: 0, executable: false } as const;
  assertEquals(tarHeader(member, 99_999_999_999), tarHeader(member, 8 ** 11 - 1));
});
