import { type BootAction, DONE } from "../action.ts";
import type { Invocation } from "../invocation.ts";
import { helpText } from "../help/help.ts";

export async function helpCommand({ flags, host }: Invocation): Promise<BootAction> {
  host.output.stdout(await helpText(flags.rest[0]));
  return DONE;
}
