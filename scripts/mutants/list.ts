import { ARCHIVE } from "./list/archive.ts";
import { CACHE } from "./list/cache.ts";
import { COMMAND_LINE } from "./list/command_line.ts";
import { ENVIRONMENTS } from "./list/environments.ts";
import { FACTS } from "./list/facts.ts";
import { NETWORK } from "./list/network.ts";
import { START } from "./list/start.ts";
import type { Mutant } from "./mutant.ts";

/** By what a promise is about. A defect that the tests had let through belongs in here, too. */
export const MUTANTS: readonly Mutant[] = [
  ...ARCHIVE,
  ...CACHE,
  ...COMMAND_LINE,
  ...ENVIRONMENTS,
  ...FACTS,
  ...NETWORK,
  ...START,
];
