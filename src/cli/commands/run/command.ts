import type { Command } from "../../command.ts";
import { APP, ARGS, DASHED_ARGS } from "../../operands.ts";
import { ALL_OF_A_FETCH, BUNDLE, OF_A_START, settingFlags } from "../../shared_flags.ts";
import { runCommand } from "./action.ts";

export const RUN: Command = {
  name: "run",
  summary: "fetch if needed, then exec Python; ARGS go to the app untouched",
  forms: [
    { operands: [APP, ARGS] },
    { needs: ["bundle", "sha256"], shows: ["entry"], operands: [DASHED_ARGS] },
  ],
  flags: [...BUNDLE, ...settingFlags("entry"), ...OF_A_START],
  main: ["entry", "registry", "python", "offline", "dry-run", "verbose"],
  stopAtFirst: true,
  examples: [
    "edgeboot run billing-api --port 8000",
    "edgeboot run --entry worker billing-api@1.4.2",
    "edgeboot run --bundle ./app.zip --sha256 HEX --entry pkg.main:run -- -v",
  ],
  fails: ["app", ...ALL_OF_A_FETCH],
  // Loaded already: an import() costs a start 1.5 ms, and 3 ms more where another thread has to wake up.
  load: () => runCommand,
};
