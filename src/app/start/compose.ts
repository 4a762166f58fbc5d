import type { LaidOut } from "../../launch/environment/layer_parts.ts";
import { sitePackages } from "../../launch/environment/layout.ts";
import { environmentRecipe } from "../../launch/environment/recipe.ts";
import { MODULE_NAME } from "../../launch/environment/site_module.ts";
import { EdgebootError } from "../../model/errors.ts";
import type { EnvironmentRecipe } from "../../model/environment.ts";
import { sha256Hex } from "../../model/sha256.ts";
import { FsError, type Lock } from "../../host/ports.ts";
import type { Store } from "../../store/mod.ts";
import { compileBytecode, compileOwn, compilesOn } from "../fetch/bytecode.ts";
import type { Context } from "../context.ts";
import type { Environment } from "./surroundings.ts";
import { privateStore } from "./private_store.ts";
import type { ResolvedRelease } from "./resolved_release.ts";
import type { Occasion } from "./trees.ts";
import { installedWheel } from "./wheel.ts";
import { warnOfConflicts } from "./wheel_conflicts.ts";

export interface Composed {
  /** undefined where no environment could be made anywhere */
  readonly path: string | undefined;
  readonly leases: readonly Lock[];
  /** Whether these leases protect the trees, too. */
  readonly covers: boolean;
  readonly inCache: boolean;
}

/**
 * Makes the environment: in the cache; where that cannot be written, in a directory of this user's own below
 * $TMPDIR; else not at all, and the app starts with PYTHONPATH alone. What is lost then is told.
 */
export async function composeEnvironment(
  key: string,
  layers: readonly LaidOut[],
  described: Environment,
  release: ResolvedRelease,
  occasion: Occasion,
  context: Context,
): Promise<Composed> {
  const { store, report } = context;
  const site = sitePackages(described.python);
  const recipeFor: RecipeFor = async (key, home) => {
    const places = { bin: store.placesFrom("bin", home), site: store.placesFrom(site, home) };
    const complete = await Promise.all(layers.map(async (layer) => ({
      ...layer,
      ...await installedWheel(layer, described, places.bin.trees, context),
    })));
    if (home === store) warnOfConflicts(complete, context);
    return environmentRecipe({ ...described, key, layers: complete, places }, context.host.fs);
  };
  const recipe = await recipeFor(key, store);
  try {
    const lease = await makeIn(store, recipe, occasion, context);
    const path = store.environmentPath(key);
    return {
      path,
      leases: lease === undefined ? [] : [lease],
      covers: lease !== undefined,
      inCache: true,
    };
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    const why = error.message;
    const home = privateStore(context);
    if (occasion.kind === "start" && home !== undefined) {
      const made = await makeInHome(keyOutside(key, store), home, recipeFor, occasion, context);
      if (made !== undefined) {
        report.event({ kind: "detail", text: `environment in ${home.root}, as ${why}` });
        return made;
      }
    }
    warnWithout(release, why, described, context);
    return { path: undefined, leases: [], covers: false, inCache: false };
  }
}

type RecipeFor = (key: string, home: Store) => Promise<EnvironmentRecipe>;

/** An environment outside of the cache names its trees by absolute paths, so it is this cache's alone. */
function keyOutside(key: string, cache: Store): string {
  return sha256Hex(JSON.stringify([key, cache.root]));
}

async function makeIn(
  home: Store,
  recipe: EnvironmentRecipe,
  occasion: Occasion,
  context: Context,
): Promise<Lock | undefined> {
  const composer = await context.store.composer(home);
  if (!compilesOn(occasion, context)) return await composer.compose(recipe);
  await compileBytecode(await composer.bytecode(recipe), occasion.python, context);
  const lease = await composer.compose(recipe);
  const own = `${sitePackages(occasion.python)}/${MODULE_NAME}.py`;
  await compileOwn(`${home.environmentPath(recipe.key)}/${own}`, occasion.python, context);
  return lease;
}

/**
 * Its lease protects nothing but itself, as the collector of the cache does not know of it: what starts in it takes
 * those of its trees, too (`treeLeases`).
 */
async function makeInHome(
  key: string,
  home: Store,
  recipeFor: RecipeFor,
  occasion: Occasion,
  context: Context,
): Promise<Composed | undefined> {
  const path = home.environmentPath(key);
  try {
    home.checkRoot();
    const known = await home.environmentLease(key);
    if (home.hasEnvironment(key)) {
      return { path, leases: known === undefined ? [] : [known], covers: false, inCache: false };
    }
    known?.release();
    const lease = await makeIn(home, await recipeFor(key, home), occasion, context);
    return { path, leases: lease === undefined ? [] : [lease], covers: false, inCache: false };
  } catch (error) {
    if (error instanceof FsError || error instanceof EdgebootError) return undefined;
    throw error;
  }
}

function warnWithout(
  { label }: ResolvedRelease,
  why: string,
  { isolation }: Environment,
  { report, store }: Context,
): void {
  const packages = isolation === "hermetic" ? "; the base image's packages are visible" : "";
  report.event({
    kind: "warning",
    text:
      `${label} has no virtual environment, as none is in the cache ${store.root} and none can be ` +
      `made (${why}): .pth files of its layers are not processed, children that drop PYTHONPATH do not ` +
      `find them, and every start compiles anew${packages}. Fill the cache with \`edgeboot fetch\` ` +
      "while it can be written",
  });
}
