import { type BootAction, DONE } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { usage } from "../../flags.ts";
import { unknownWord } from "../../suggest.ts";

/** What can be printed, each loaded when it is asked for. */
const SCHEMAS: Readonly<Record<string, () => Promise<object>>> = {
  release: async () => (await import("../../../model/release_schema.ts")).RELEASE_JSON_SCHEMA,
  log: async () => (await import("../../schemas/log.ts")).LOG_JSON_SCHEMA,
  timings: async () => (await import("../../schemas/timings.ts")).TIMINGS_JSON_SCHEMA,
};

export async function schemaCommand({ flags, host }: Invocation): Promise<BootAction> {
  const [name = "release", ...more] = flags.rest;
  const schema = Object.hasOwn(SCHEMAS, name) ? SCHEMAS[name] : undefined;
  if (schema === undefined) throw await unknownWord("schema", "kind", name, Object.keys(SCHEMAS));
  if (more.length > 0) throw usage({ command: "schema" }, "one schema is printed by one call");
  host.output.stdout(`${JSON.stringify(await schema(), undefined, 2)}\n`);
  return DONE;
}
