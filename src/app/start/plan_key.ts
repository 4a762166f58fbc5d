import type { Config } from "../../config/config.ts";
import type { StartHost } from "../../host/ports.ts";
import { formatKey } from "../../launch/start_plan.ts";
import type { AppId } from "../../model/app_id.ts";
import type { Sha256 } from "../../model/digest.ts";
import { COMMIT, VERSION } from "../../version.ts";

/** What a planned start is found by: all that the plan depends on, in the settings and in the environment. */
export function planKey(
  release: Sha256,
  { app, pythonPaths }: { readonly app?: AppId; readonly pythonPaths?: readonly string[] },
  root: string,
  { entry, python, inheritPythonPath }: Config,
  env: Pick<StartHost["env"], "get">,
): string {
  return formatKey({
    edgeboot: `${VERSION} ${COMMIT}`,
    root,
    release,
    app,
    pythonPaths,
    entry: entry?.value,
    python: python?.value,
    // An interpreter that is named is not looked for.
    path: python?.value.startsWith("/") ? undefined : env.get("PATH"),
    inheritPythonPath,
  });
}
