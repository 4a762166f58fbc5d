import type { BootAction, Exit, Launch } from "./src/cli/action.ts";
import { linkName } from "./src/cli/invoked_as.ts";
import { startWarm } from "./src/cli/warm.ts";
import { hasConcealed } from "./src/host/concealed.ts";
import { execFile, execv } from "./src/host/libc.ts";
import { endOnSignalsAsPidOne } from "./src/host/libc_signals.ts";
import { startHost } from "./src/host/start_host.ts";

/** What a planned start needs is here; all else is one module, which is loaded for those who need it. */
async function boot(): Promise<BootAction> {
  if (hasConcealed()) (await import("./src/host/libc_reveal.ts")).reveal();
  const link = linkName(execFile(), Deno.execPath);
  const planned = await startWarm(Deno.args, startHost, link);
  if (planned !== undefined) return planned;
  const { runCold } = await import("./src/cold.ts");
  return await runCold(Deno.args, link, ({ code }) => Deno.exit(code));
}

/** The one exit, the one exec and, where that was asked for, the one spawn of the program. */
async function perform(action: BootAction): Promise<never> {
  const { code } = action.kind === "exit" ? action : await launch(action);
  Deno.exit(code);
}

/** Returns only where there is something left to end with. */
async function launch(action: Launch): Promise<Exit> {
  const { plan, leases } = action;
  try {
    for (const name of plan.unset) Deno.env.delete(name);
    for (const [name, value] of plan.set) Deno.env.set(name, value);
    for (const lease of leases) lease.inherit();
    if (action.kind === "exec") return await refused(action, execv(plan.executable, plan.argv));
    const { spawnInstead } = await import("./src/host/deno_spawn.ts");
    return { kind: "exit", code: await spawnInstead(plan.executable, plan.argv, plan.unset) };
  } catch (error) {
    return await refused(action, error as Error);
  }
}

async function refused(action: Launch, cause: Error): Promise<Exit> {
  const { refusedBy } = await import("./src/cold.ts");
  return await refusedBy(action, cause);
}

endOnSignalsAsPidOne();
// Not awaited at top level: what is loaded on demand imports from this module, and would wait for it.
boot().then(perform);
