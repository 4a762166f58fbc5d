import { DONE, type Outcome } from "../../action.ts";
import type { Command } from "../../command.ts";
import type { Invocation } from "../../invocation.ts";
import { unknownWord } from "../../suggest.ts";
import { schemaNames, schemaOf } from "./schemas.ts";

/** `edgeboot schema [NAME]`. */
export async function schemaCommand(
  { flags, host }: Invocation,
  commands: readonly Command[],
): Promise<Outcome> {
  const [name = "release"] = flags.rest;
  const schema = await schemaOf(name, commands);
  if (schema === undefined) {
    throw await unknownWord("schema", "schema", name, schemaNames(commands));
  }
  host.output.stdout(`${JSON.stringify(schema, undefined, 2)}\n`);
  return DONE;
}
