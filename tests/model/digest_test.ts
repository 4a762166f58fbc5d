import { assertEquals } from "@std/assert";
import { parseSha256, shortDigest, tryParseSha256 } from "../../src/model/digest.ts";
import { assertRefused } from "../support/refusal.ts";

const HEX = "0123456789abcdef".repeat(4);

Deno.test("tryParseSha256 gives lower-case hex when the digest is prefixed or upper-case", () => {
  for (const text of [HEX, `sha256:${HEX}`, HEX.toUpperCase(), `sha256:${HEX.toUpperCase()}`]) {
    assertEquals(tryParseSha256(text) as string, HEX);
  }
});

const INVALID = [
  ...["", "sha256:", HEX.slice(1), `${HEX}0`, `g${HEX.slice(1)}`, ` ${HEX}`, `${HEX}\n`],
  ...[`SHA256:${HEX}`, `sha512:${HEX}`, `sha256:sha256:${HEX}`, `../${HEX.slice(3)}`],
];

for (const text of INVALID) {
  Deno.test(`parseSha256 refuses ${JSON.stringify(text).slice(0, 24)} (${text.length})`, async () => {
    assertEquals(tryParseSha256(text), undefined);
    await assertRefused(() => parseSha256(text), "DIGEST_INVALID", 64);
  });
}

Deno.test("shortDigest shows the first 12 characters", () => {
  assertEquals(shortDigest(parseSha256(HEX)), "0123456789ab");
});
