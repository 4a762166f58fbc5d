import type { Command } from "./command.ts";
import { CACHE } from "./commands/cache/command.ts";
import { COMPLETIONS } from "./commands/completions/command.ts";
import { DIFF } from "./commands/diff/command.ts";
import { DOCTOR } from "./commands/doctor/command.ts";
import { ENV } from "./commands/env/command.ts";
import { EXEC } from "./commands/exec/command.ts";
import { EXPLAIN } from "./commands/explain/command.ts";
import { FETCH } from "./commands/fetch/command.ts";
import { HELP } from "./commands/help.ts";
import { HISTORY, PIN, ROLLBACK } from "./commands/history/command.ts";
import { INIT } from "./commands/init/command.ts";
import { INSPECT } from "./commands/inspect/command.ts";
import { MAN } from "./commands/man.ts";
import { PACK } from "./commands/pack/command.ts";
import { PROMOTE } from "./commands/promote/command.ts";
import { PUBLISH } from "./commands/publish/command.ts";
import { REGISTRY } from "./commands/registry/command.ts";
import { RELEASES } from "./commands/releases/command.ts";
import { RUN } from "./commands/run/command.ts";
import { SCHEMA } from "./commands/schema/command.ts";
import { VERIFY } from "./commands/verify/command.ts";
import { VERSION_COMMAND } from "./commands/version.ts";

/** In the order of help: to start, to look, to make, to publish, to keep, to set up. */
export const COMMANDS: readonly Command[] = [
  ...[RUN, EXEC, FETCH, ENV],
  ...[EXPLAIN, INSPECT, DOCTOR, VERIFY],
  ...[PACK, PUBLISH, PROMOTE, RELEASES, DIFF, REGISTRY],
  ...[CACHE, HISTORY, PIN, ROLLBACK],
  ...[INIT, SCHEMA, COMPLETIONS, MAN, VERSION_COMMAND, HELP],
];
