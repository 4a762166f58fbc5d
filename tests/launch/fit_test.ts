import { assertEquals, assertStringIncludes } from "@std/assert";
import { chooseVariant } from "../../src/launch/fit.ts";
import type { Variant } from "../../src/model/release.ts";
import { parseVersionSpec } from "../../src/model/version_spec.ts";
import { pythonInfo } from "../support/pythons.ts";

function variants(...tags: string[]): Variant[] {
  return tags.map((text) => {
    const [pythonTag, abi, platform] = text.split("-") as [string, string, string];
    return { pythonTag, abi, platform, systemLibs: [], layers: [] };
  });
}

function choose(tags: string[], spec?: string) {
  const python = spec === undefined ? undefined : parseVersionSpec(spec);
  return chooseVariant({ python, variants: variants(...tags) }, pythonInfo());
}

Deno.test("chooseVariant takes the most specific variant, wherever it stands", () => {
  const fit = choose(["py3-none-any", "cp311-cp311-manylinux_2_28_x86_64", "cp39-abi3-any"]);
  if (!fit.fits) throw new Error(fit.reasons.join());
  assertEquals(fit.index, 1);
  assertStringIncludes(fit.why, "cp311-cp311-manylinux_2_28_x86_64");
});

Deno.test("chooseVariant takes the first of equals", () => {
  const fit = choose(["cp312-cp312-any", "py3-none-any", "py3-none-any"]);
  assertEquals(fit.fits && fit.index, 1);
});

Deno.test("chooseVariant gives one reason a variant when none fits", () => {
  const fit = choose(["cp312-cp312-any", "py3-none-win_amd64"]);
  if (fit.fits) throw new Error("one fitted");
  assertEquals(fit.reasons.length, 2);
  assertEquals(fit.near, [fit.reasons[1]]);
  assertStringIncludes(fit.reasons[0]!, "variant 1 (cp312-cp312-any)");
  assertStringIncludes(fit.reasons[1]!, "variant 2 (py3-none-win_amd64)");
});

Deno.test("chooseVariant looks at the release's Python first", () => {
  const fit = choose(["py3-none-any"], ">=3.12");
  assertEquals(fit, {
    fits: false,
    reasons: ["the release needs Python >=3.12, this is 3.11.2"],
    near: [],
    matches: [{ fits: false, why: "the release needs Python >=3.12, this is 3.11.2" }],
  });
  assertEquals(choose(["py3-none-any"], "==3.11.*").fits, true);
});
