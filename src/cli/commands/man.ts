import { DONE } from "../action.ts";
import type { Command } from "../command.ts";
import { EVERYWHERE } from "../shared_flags.ts";

export const MAN: Command = {
  name: "man",
  summary: "print the man page, edgeboot(1)",
  forms: [{ operands: [] }],
  flags: EVERYWHERE,
  main: [],
  examples: ["edgeboot man > edgeboot.1 && man -l edgeboot.1"],
  fails: [],
  load: () => async ({ host }, commands) => {
    const { manPage } = await import("../help/man.ts");
    host.output.stdout(await manPage(commands));
    return DONE;
  },
};
