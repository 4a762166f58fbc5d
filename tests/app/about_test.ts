import { assertEquals, assertStrictEquals } from "@std/assert";
import { about } from "../../src/app/about.ts";
import { parseAppId } from "../../src/model/app_id.ts";
import { parseLayerDigest } from "../../src/model/digest.ts";
import { EdgebootError, type ErrorCode } from "../../src/model/errors.ts";

const LAYER = parseLayerDigest("ab".repeat(32));
const WEB = { label: "web@stable", app: parseAppId("web") };
const BUNDLE = { label: `bundle ${"ab".repeat(6)} (/a.zip)`, app: undefined };

const TABLE: readonly (readonly [ErrorCode, string, typeof WEB | typeof BUNDLE, string])[] = [
  ["DISK_FULL", "no room", WEB, "web@stable: no room"],
  ["ARCHIVE_HOSTILE", "refused it", WEB, "web@stable, layer abababababab: refused it"],
  ["BUDGET_EXCEEDED", "too large", WEB, "web@stable, layer abababababab: too large"],
  ["ARCHIVE_BROKEN", "refused it", BUNDLE, `${BUNDLE.label}: refused it`],
  ["VARIANT_UNFIT", "web@stable does not fit", WEB, "web@stable does not fit"],
];

for (const [code, what, subject, told] of TABLE) {
  Deno.test(`about() tells ${code} of ${subject.label} as "${told}"`, () => {
    const error = new EdgebootError(code, { what, why: "w", next: "n" }, { facts: { path: "/p" } });
    const named = about(error, subject, LAYER) as EdgebootError;
    assertEquals([named.code, named.text], [code, { what: told, why: "w", next: "n" }]);
    const { app, digest, path } = named.facts;
    assertEquals([app, digest, path], [subject.app, LAYER, "/p"]);
  });
}

Deno.test("about() returns what is no EdgebootError as it came", () => {
  const error = new TypeError("x");
  assertStrictEquals(about(error, WEB), error);
});
