import { COMMIT, VERSION } from "../../version.ts";
import type { Command } from "../command.ts";
import { record, text } from "../json/shape.ts";
import { say } from "../say.ts";
import { EVERYWHERE, JSON_OUTPUT } from "../shared_flags.ts";

const VERSIONS = record({ version: text, commit: text, deno: text, target: text });

export const VERSION_COMMAND: Command = {
  name: "version",
  summary: "print version, commit, Deno version and target",
  forms: [{ operands: [], json: "version" }],
  flags: [JSON_OUTPUT, ...EVERYWHERE],
  main: ["json"],
  examples: ["edgeboot version", "edgeboot version --json"],
  fails: [],
  records: { version: () => Promise.resolve({ title: "What this binary is", shape: VERSIONS }) },
  load: () => (invocation) => {
    const { version: deno, target } = invocation.host.process.runtime;
    const content = { version: VERSION, commit: COMMIT, deno, target };
    return say(
      invocation,
      VERSIONS,
      content,
      () => `edgeboot ${VERSION}\ncommit ${COMMIT}\ndeno ${deno}\ntarget ${target}\n`,
    );
  },
};
