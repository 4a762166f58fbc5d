import type { Command } from "../../command.ts";
import { APP, ARGS } from "../../operands.ts";
import { ALL_OF_A_FETCH, OF_A_START } from "../../shared_flags.ts";
import { execCommand } from "./action.ts";

export const EXEC: Command = {
  name: "exec",
  summary: "run any command in the app's environment (python, pytest, pdb)",
  forms: [{ operands: [APP, { is: ["COMMAND"], dashes: true }, ARGS] }],
  flags: OF_A_START,
  main: ["registry", "python", "offline", "dry-run", "verbose"],
  stopAtFirst: true,
  examples: [
    "edgeboot exec billing-api python",
    "edgeboot exec billing-api -- python -m pdb -m billing",
  ],
  fails: ["app", ...ALL_OF_A_FETCH],
  // Loaded already, as with `run`.
  load: () => execCommand,
};
