import type { BootAction } from "./src/cli/action.ts";
import { crashed, runCli } from "./src/cli/cli.ts";
import { linkName } from "./src/cli/invoked_as.ts";
import { denoHost } from "./src/host/deno_host.ts";
import { execFile, execv } from "./src/host/libc.ts";
import { reportStrayErrors } from "./src/host/stray_errors.ts";

/** The one exit, the one exec and, where exec is refused, the one spawn of the program. */
async function perform(action: BootAction): Promise<never> {
  if (action.kind === "exit") Deno.exit(action.code);
  const { plan } = action;
  for (const name of plan.unset) Deno.env.delete(name);
  for (const [name, value] of plan.set) Deno.env.set(name, value);
  return await perform(await start(action));
}

/** Returns only where there is something left to do. */
async function start(action: Exclude<BootAction, { kind: "exit" }>): Promise<BootAction> {
  const { plan } = action;
  try {
    if (action.kind === "exec") return action.refused(execv(plan.executable, plan.argv));
    const { spawnInstead } = await import("./src/host/deno_spawn.ts");
    return { kind: "exit", code: await spawnInstead(plan.executable, plan.argv) };
  } catch (error) {
    return action.refused(error as Error);
  }
}

reportStrayErrors((error) => perform(crashed(error, denoHost)));
// Not awaited at top level: what is loaded on demand imports from this module, and would wait for it.
runCli(Deno.args, denoHost, linkName(execFile(), Deno.execPath)).then(perform);
