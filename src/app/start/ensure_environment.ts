import { supportsEnvironments } from "../../launch/environment/key.ts";
import { EdgebootError } from "../../model/errors.ts";
import type { PythonInfo } from "../../model/python_info.ts";
import type { Context } from "../context.ts";
import { leaseEnvironment } from "./environment.ts";
import { inPlaceOf } from "./last_good.ts";
import { selectPython } from "./python.ts";
import { remember } from "./remember.ts";
import type { Target } from "./request.ts";
import { type ResolvedRelease, tellRelease } from "./resolved_release.ts";
import { resolveTarget } from "./resolve.ts";

/**
 * `edgeboot env`: the path of the environment that `run` would start in. What is started from its `bin` takes
 * the lease itself.
 * @throws EdgebootError of every step; CACHE_UNWRITABLE (73), VARIANT_UNFIT (78) where there can be none
 */
export async function ensureEnvironment(target: Target, context: Context): Promise<string> {
  context.store.checkRoot();
  const resolved = await resolveTarget(target, context);
  const { release, source, remember: confirmation } = resolved;
  tellRelease(release, source, context);
  try {
    const path = await environmentOf(release, context);
    if (confirmation !== undefined) remember(confirmation, context);
    return path;
  } catch (error) {
    return await environmentOf(inPlaceOf(resolved, error, target, context), context);
  }
}

async function environmentOf(release: ResolvedRelease, context: Context): Promise<string> {
  const { python, variant } = await selectPython(release, context);
  const occasion = { kind: "start", python } as const;
  const { environment } = await leaseEnvironment(release, variant, occasion, context);
  if (environment.path !== undefined) return environment.path;
  throw noEnvironment(release, python, context);
}

function noEnvironment(
  { label }: ResolvedRelease,
  python: PythonInfo,
  { store }: Context,
): EdgebootError {
  const what = `${label} has no virtual environment`;
  if (!supportsEnvironments(python)) {
    return new EdgebootError("VARIANT_UNFIT", {
      what,
      why: `${python.path} knows none: they begin with CPython 3.8 and PyPy 3.8`,
      next: "`edgeboot run` and `edgeboot exec` start it without; or choose another --python",
    });
  }
  return new EdgebootError("CACHE_UNWRITABLE", {
    what,
    why: `none is in the cache ${store.root}, and none can be made there or in $TMPDIR`,
    next: "fill the cache with `edgeboot fetch` while it can be written",
  });
}
