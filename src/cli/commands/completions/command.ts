import type { Command } from "../../command.ts";
import { EVERYWHERE } from "../../shared_flags.ts";

export const COMPLETIONS: Command = {
  name: "completions",
  summary: "print the completions for a shell, or what these ask for as one types",
  verbWord: "shell",
  forms: [
    { verbs: ["bash", "zsh", "fish"], operands: [] },
    {
      verbs: ["candidates"],
      operands: [{ is: ["WORD"], dashes: true, optional: true, repeats: true }],
    },
  ],
  flags: EVERYWHERE,
  main: [],
  examples: [
    "edgeboot completions bash > /etc/bash_completion.d/edgeboot",
    "edgeboot completions zsh > /usr/share/zsh/vendor-completions/_edgeboot",
    "edgeboot completions fish > ~/.config/fish/completions/edgeboot.fish",
  ],
  fails: [],
  load: async () => (await import("./action.ts")).completionsCommand,
};
