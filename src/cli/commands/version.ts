import { COMMIT, VERSION } from "../../version.ts";
import { type BootAction, DONE } from "../action.ts";
import type { Invocation } from "../invocation.ts";

export function versionCommand({ flags, host }: Invocation): BootAction {
  const { runtime } = host.process;
  const facts = { version: VERSION, commit: COMMIT, deno: runtime.version, target: runtime.target };
  host.output.stdout(
    flags.values.has("json")
      ? `${JSON.stringify(facts)}\n`
      : `edgeboot ${facts.version}\ncommit ${facts.commit}\ndeno ${facts.deno}\n` +
        `target ${facts.target}\n`,
  );
  return DONE;
}
