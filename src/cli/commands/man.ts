import { type BootAction, DONE } from "../action.ts";
import type { Invocation } from "../invocation.ts";
import { manPage } from "../help/man.ts";

export async function manCommand({ host }: Invocation): Promise<BootAction> {
  host.output.stdout(await manPage());
  return DONE;
}
