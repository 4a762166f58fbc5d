import { RELEASE_JSON_SCHEMA } from "../../model/release_schema.ts";
import { type BootAction, DONE } from "../action.ts";
import type { Invocation } from "../cli.ts";

export function schemaCommand({ host }: Invocation): BootAction {
  host.output.stdout(`${JSON.stringify(RELEASE_JSON_SCHEMA, undefined, 2)}\n`);
  return DONE;
}
