import { type CommandRunner, FsError } from "../host/ports.ts";
import type { LaunchPlan } from "./plan.ts";

/** An exit code that an app's import is unlikely to end with; any other means "let it start". */
export const ABSENT = 93;

/**
 * What `python -m` does before it runs anything (runpy): parents are imported, which may make the module
 * itself, then `sys.modules` and the finders are asked. Only a clean "no" counts; a parent that fails to
 * import is Python's to report, in its own words.
 */
const ASK = `
import importlib.util, sys
name = sys.argv[1]
try:
    if "." in name:
        __import__(name.rpartition(".")[0])
    found = importlib.util.find_spec(name) is not None
except ModuleNotFoundError as error:
    found = error.name != name and not name.startswith(str(error.name) + ".")
except BaseException:
    found = True
sys.stdout.flush()
sys.exit(0 if found else ${ABSENT})
`;

const TIMEOUT_MS = 10_000;

/** Whether Python finds `module` in the environment of `plan`; yes also where it does not answer. */
export async function isImportable(
  module: string,
  plan: LaunchPlan,
  options: readonly string[],
  commands: CommandRunner,
): Promise<boolean> {
  const env = Object.fromEntries([...[...plan.unset].map((name) => [name, ""]), ...plan.set]);
  const args = [...options, "-c", ASK, module];
  try {
    return (await commands.run(plan.executable, args, TIMEOUT_MS, { env })).code !== ABSENT;
  } catch (error) {
    if (error instanceof FsError) return true;
    throw error;
  }
}
