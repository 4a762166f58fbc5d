import { changes, type Mutant } from "../mutant.ts";

const invoked = changes("src/cli/invoked_as.ts", ["tests/cli/invoked_as_test.ts"]);

export const COMMAND_LINE: readonly Mutant[] = [
  invoked(
    "return executable().endsWith(`/${name}`) ? undefined : name;",
    "return name;",
    "a binary that was renamed is taken for a link, and starts an app of that name",
    "never",
  ),
  invoked(
    "if (BY_DESCRIPTOR.test(execFile)) return undefined;",
    "",
    "a start by descriptor is taken for a link with a number for a name",
  ),
];
