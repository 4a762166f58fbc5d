import type { BootAction, Launch } from "./src/cli/action.ts";
import { crashed, runCli } from "./src/cli/cli.ts";
import { linkName } from "./src/cli/invoked_as.ts";
import { refused } from "./src/cli/refused.ts";
import { denoHost } from "./src/host/deno_host.ts";
import { execFile, execv } from "./src/host/libc.ts";
import { endOnSignalsAsPidOne } from "./src/host/libc_signals.ts";
import { reportStrayErrors } from "./src/host/stray_errors.ts";

/** The one exit, the one exec and, where that was asked for, the one spawn of the program. */
async function perform(action: BootAction): Promise<never> {
  const { code } = action.kind === "exit" ? action : await launch(action);
  Deno.exit(code);
}

/** Returns only where there is something left to end with. */
async function launch(action: Launch): Promise<{ readonly code: number }> {
  const { plan, leases } = action;
  for (const name of plan.unset) Deno.env.delete(name);
  for (const [name, value] of plan.set) Deno.env.set(name, value);
  try {
    for (const lease of leases) lease.inherit();
    if (action.kind === "exec") return await refused(action, execv(plan.executable, plan.argv));
    const { spawnInstead } = await import("./src/host/deno_spawn.ts");
    return { code: await spawnInstead(plan.executable, plan.argv, plan.unset) };
  } catch (error) {
    return await refused(action, error as Error);
  }
}

endOnSignalsAsPidOne();
reportStrayErrors((error) => perform(crashed(error, denoHost)));
// Not awaited at top level: what is loaded on demand imports from this module, and would wait for it.
runCli(Deno.args, denoHost, linkName(execFile(), Deno.execPath)).then(perform);
