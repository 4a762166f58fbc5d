import type { Command } from "../../command.ts";
import { APP } from "../../operands.ts";
import { ALL_OF_A_FETCH, EVERYWHERE, FETCHING, LOOKING } from "../../shared_flags.ts";

export const ENV: Command = {
  name: "env",
  summary: "print the path of the app's virtual environment, composed if need be",
  forms: [{ operands: [APP] }],
  flags: [...LOOKING, ...FETCHING, ...EVERYWHERE],
  main: ["registry", "cache", "python", "offline"],
  examples: ['"$(edgeboot env billing-api)/bin/celery" -A billing inspect ping'],
  fails: ALL_OF_A_FETCH,
  load: async () => (await import("./action.ts")).envCommand,
};
