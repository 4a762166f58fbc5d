import { DONE } from "../action.ts";
import type { Command } from "../command.ts";
import { EVERYWHERE } from "../shared_flags.ts";

export const HELP: Command = {
  name: "help",
  summary: "print help; topics work without network",
  forms: [{ operands: [{ is: ["TOPIC"], optional: true }] }],
  flags: EVERYWHERE,
  main: [],
  examples: ["edgeboot help cache", "edgeboot help exit-codes"],
  fails: [],
  load: () => async ({ flags, host }, commands) => {
    const { helpText } = await import("../help/help.ts");
    host.output.stdout(await helpText(commands, flags.rest[0]));
    return DONE;
  },
};
