import type { BootAction } from "./src/cli/action.ts";
import { crashed, runCli } from "./src/cli/cli.ts";
import { denoHost } from "./src/host/deno_host.ts";
import { execv } from "./src/host/libc.ts";

/** The one exit and the one exec of the program. */
function perform(action: BootAction): never {
  if (action.kind === "exit") Deno.exit(action.code);
  const { plan } = action;
  for (const name of plan.unset) Deno.env.delete(name);
  for (const [name, value] of plan.set) Deno.env.set(name, value);
  return perform(action.refused(execv(plan.executable, plan.argv)));
}

globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  perform(crashed(event.reason, denoHost));
});
globalThis.addEventListener("error", (event) => {
  event.preventDefault();
  perform(crashed(event.error, denoHost));
});

perform(await runCli(Deno.args, denoHost));
