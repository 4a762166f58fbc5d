import { assertEquals } from "@std/assert";
import { formatAppRef, parseAppRef, parseRef } from "../../src/model/ref.ts";
import { assertRefused } from "../support/refusal.ts";

const HEX = "a".repeat(64);

const GOOD: [text: string, formatted: string][] = [
  ["billing", "billing@stable"],
  ["billing@stable", "billing@stable"],
  ["billing@1.4.2", "billing@1.4.2"],
  ["billing@1.0+local.1", "billing@1.0+local.1"],
  ["billing@_x", "billing@_x"],
  [`billing@sha256:${HEX}`, `billing@sha256:${HEX}`],
  [`billing@sha256:${HEX.toUpperCase()}`, `billing@sha256:${HEX}`],
  [`billing@${"v".repeat(128)}`, `billing@${"v".repeat(128)}`],
];

for (const [text, formatted] of GOOD) {
  Deno.test(`parseAppRef reads ${text.slice(0, 30)}`, () => {
    assertEquals(formatAppRef(parseAppRef(text)), formatted);
  });
}

const BAD = [
  ...["", "../x", "a/b", "a..b", ".hidden", "-x", "+x", "a b", "a\n", "a@b", "a%2e", "ä"],
  ...["v".repeat(129), "sha256:", `sha256:${HEX}0`, "sha256:xyz"],
];

for (const text of BAD) {
  Deno.test(`parseRef refuses ${JSON.stringify(text).slice(0, 24)}`, async () => {
    await assertRefused(() => parseRef(text), "REF_INVALID", 64);
    await assertRefused(() => parseAppRef(`app@${text}`), "REF_INVALID", 64);
  });
}

Deno.test("parseAppRef names the app ID when that is what is wrong", async () => {
  for (const text of ["", "@stable", "A@stable", "../x@1"]) {
    await assertRefused(() => parseAppRef(text), "APP_ID_INVALID", 64);
  }
});
