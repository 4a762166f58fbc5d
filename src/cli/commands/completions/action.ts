import { DONE, type Outcome } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import type { Command } from "../../command.ts";
import { complete, renderCompletion, type Typed } from "../../completions/candidates.ts";
import { namesOf } from "../../completions/names.ts";
import { SCRIPTS } from "../../completions/scripts.ts";
import { openSession, readSettings } from "../../session.ts";

/** `edgeboot completions SHELL`, and `candidates`, which the script calls at each press of Tab. */
export async function completionsCommand(
  { flags, host }: Invocation,
  commands: readonly Command[],
): Promise<Outcome> {
  const { verb, rest: words } = flags;
  if (verb !== "candidates") {
    host.output.stdout(SCRIPTS[verb!]!);
    return DONE;
  }
  const open = async ({ values }: Typed) => {
    const { config, logger } = await readSettings({ values, verbosity: 0, rest: [] }, host);
    return openSession({ config, logger, host });
  };
  const completion = await complete(words, commands, namesOf(commands, open));
  host.output.stdout(renderCompletion(completion));
  return DONE;
}
