import { assertEquals } from "@std/assert";
import { type Confirmation, remember } from "../../../src/app/start/remember.ts";
import type { Context } from "../../../src/app/context.ts";
import { parseAppId } from "../../../src/model/app_id.ts";
import type { Location } from "../../../src/model/location.ts";
import { sha256 } from "../../support/bundles.ts";

const digest = sha256("release");
const document = { digest, text: "release" };
const ref: NonNullable<Confirmation["ref"]> = {
  key: { registry: "https://h/r" as Location, app: parseAppId("hello"), name: "stable" },
  now: { digest, version: "1", validator: undefined, checkedAt: 0 },
};

/** What is written, in order, where documents can be kept or not. */
function written(confirmation: Confirmation, canSave: boolean): string[] {
  const calls: string[] = [];
  const records = {
    saveRelease: () => canSave && calls.push("release") > 0,
    saveRef: () => void calls.push("ref"),
  };
  remember(confirmation, { records: records as unknown as Context["records"] });
  return calls;
}

const CASES: [when: string, confirmation: Confirmation, canSave: boolean, calls: string[]][] = [
  ["both are new", { document, ref }, true, ["release", "ref"]],
  ["the document cannot be kept", { document, ref }, false, []],
  ["only the ref has changed", { ref }, true, ["ref"]],
  ["it was asked for by digest", { document }, true, ["release"]],
  ["nothing has changed", {}, true, []],
];

for (const [when, confirmation, canSave, calls] of CASES) {
  Deno.test(`remember writes ${calls.join(", then ") || "nothing"} when ${when}`, () => {
    assertEquals(written(confirmation, canSave), calls);
  });
}
