import type { Hindrance } from "../../launch/fit.ts";
import type { Variant } from "../../model/release.ts";
import type { Context } from "../context.ts";
import type { Described } from "./resolved_release.ts";
import { missingLayers } from "./trees.ts";
import type { LibrarySearch } from "../../elf/system_libs.ts";
import type { PythonInfo } from "../../model/python_info.ts";

/** When `system_libs` are looked up; a start does once, before it. */
export type LibraryLook = "before-first-start" | "always";

/**
 * The check of `system_libs`. A start asks it before it fetches anything, and for a release that is new
 * here though all its layers came with others; not again after that, as it takes 10 ms: undefined means
 * that there is nothing to look up, and the code for it is not loaded.
 */
export async function libraryCheck(
  { body, isNew = false }: Pick<Described, "body" | "isNew">,
  context: Pick<Context, "store" | "host">,
  when: LibraryLook,
): Promise<Hindrance | undefined> {
  const concerns = (variant: Variant) =>
    variant.systemLibs.length > 0 &&
    (isNew || when === "always" || missingLayers(variant, context).length > 0);
  if (!body.variants.some(concerns)) return undefined;
  const { describeMissing, missingLibraries } = await import("../../elf/system_libs.ts");
  const { loaderLook } = await import("../../launch/loader_look.ts");
  const look = loaderLook(context.host.fs);
  return (variant, python) => {
    if (!concerns(variant)) return undefined;
    const search = librarySearch({ body }, variant, python, context);
    const missing = missingLibraries(variant.systemLibs, python, search, look);
    return missing.length === 0
      ? undefined
      : `this machine lacks system libraries: ${describeMissing(missing)}`;
  };
}

/**
 * Where a process of the app would look. What the layers' own rpaths add is known of those that are
 * unpacked; of the others it cannot be read before they are downloaded.
 */
export function librarySearch(
  { body }: Pick<Described, "body">,
  variant: Variant,
  python: PythonInfo,
  { store, host }: Pick<Context, "store" | "host">,
): LibrarySearch {
  const { set, defaults, unset } = body.env;
  const named = (list: typeof set) => list.find(([name]) => name === "LD_LIBRARY_PATH")?.[1];
  const libraryPath = unset.includes("LD_LIBRARY_PATH")
    ? undefined
    : named(set) ?? host.env.get("LD_LIBRARY_PATH") ?? named(defaults);
  const cached = variant.layers.filter(({ sha256 }) => store.hasTree(sha256));
  return {
    python: python.path,
    libraryPath,
    trees: cached.map(({ sha256 }) => store.treePath(sha256)),
  };
}
