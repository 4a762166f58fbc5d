import { type BootAction, DONE } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { COMMANDS } from "../../commands.ts";
import { complete, renderCompletion, type Typed } from "../../completions/candidates.ts";
import { namesOf } from "../../completions/names.ts";
import { SCRIPTS } from "../../completions/scripts.ts";
import { usage } from "../../flags.ts";
import { openSession, readSettings } from "../../session.ts";
import { unknownWord } from "../../suggest.ts";

/** `edgeboot completions SHELL`, and `candidates`, which the script calls at each press of Tab. */
export async function completionsCommand({ flags, host }: Invocation): Promise<BootAction> {
  const [what, ...words] = flags.rest;
  if (what === "candidates") {
    const open = async ({ values }: Typed) => {
      const { config, logger } = await readSettings({ values, verbosity: 0, rest: [] }, host);
      return openSession({ config, logger, host });
    };
    const completion = await complete(words, COMMANDS, namesOf(open));
    host.output.stdout(renderCompletion(completion));
    return DONE;
  }
  if (what === undefined || !Object.hasOwn(SCRIPTS, what)) {
    throw await unknownWord("completions", "shell", what, Object.keys(SCRIPTS));
  }
  if (words.length > 0) throw usage({ command: "completions" }, "it is one shell in one call");
  host.output.stdout(SCRIPTS[what]!);
  return DONE;
}
