import { assertEquals } from "@std/assert";
import { initialMemory, secretUrls, valuesOf } from "../../src/host/libc_secrets.ts";
import { endingOf } from "../../src/host/libc_children.ts";

const block = (...texts: string[]) => new TextEncoder().encode(texts.map((t) => `${t}\0`).join(""));

Deno.test("valuesOf finds the values of the names, each time they are there", () => {
  const environment = block("A=ü", "TOKEN=abc", "TOKEN_FILE=x", "TOKEN=de", "EMPTY=", "TOKEN");
  const found = valuesOf(environment, new Set(["TOKEN", "EMPTY"]));
  assertEquals(
    found.map(({ at, length }) => {
      return new TextDecoder().decode(environment.subarray(at, at + length));
    }),
    ["abc", "de", ""],
  );
});

Deno.test("secretUrls finds arguments that hold credentials or a signature", () => {
  const args = block(
    ...["edgeboot", "run", "--registry", "https://u:p@h/r", "--bundle=https://h/x?sig=1"],
    ...["https://h/plain", "é@x", "a://b"],
  );
  assertEquals(
    secretUrls(args).map(({ at, length }) =>
      new TextDecoder().decode(args.subarray(at, at + length))
    ),
    ["https://u:p@h/r", "https://h/x?sig=1"],
  );
});

Deno.test("initialMemory counts the fields of proc(5) behind a name that has parentheses", () => {
  const fields = Array.from({ length: 50 }, (_, index) => String(1000 + index + 3));
  assertEquals(initialMemory(`7 (a) b (c)) ${fields.join(" ")}\n`), {
    args: 1048n,
    environment: 1050n,
  });
});

for (
  const [status, ending] of [
    [0, { kind: "code", code: 0 }],
    [7 << 8, { kind: "code", code: 7 }],
    [255 << 8, { kind: "code", code: 255 }],
    [15, { kind: "signal", number: 15 }],
    [11 | 0x80, { kind: "signal", number: 11 }],
  ] as const
) {
  Deno.test(`endingOf reads ${status}`, () => assertEquals(endingOf(status), ending));
}
