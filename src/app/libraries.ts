import type { Hindrance } from "../launch/fit.ts";
import type { Variant } from "../model/release.ts";
import type { Context } from "./context.ts";
import type { Described } from "./python.ts";
import { missingLayers } from "./trees.ts";

/**
 * The check of `system_libs`. A start asks it before it fetches anything, and not again once the layers
 * are there: undefined means that there is nothing to look up, and the code for it is not loaded.
 */
export async function libraryCheck(
  { body }: Pick<Described, "body">,
  context: Context,
  when: "before-fetching" | "always",
): Promise<Hindrance | undefined> {
  const concerns = (variant: Variant) =>
    variant.systemLibs.length > 0 &&
    (when === "always" || missingLayers(variant, context).length > 0);
  if (!body.variants.some(concerns)) return undefined;
  const { describeMissing, missingLibraries } = await import("../launch/system_libs.ts");
  const { env, fs } = context.host;
  const stated = body.env.set.find(([name]) => name === "LD_LIBRARY_PATH")?.[1];
  const libraryPath = stated ?? env.get("LD_LIBRARY_PATH");
  return (variant, python) => {
    if (!concerns(variant)) return undefined;
    const missing = missingLibraries(variant.systemLibs, python, libraryPath, fs);
    return missing.length === 0
      ? undefined
      : `this machine lacks system libraries: ${describeMissing(missing)}`;
  };
}
