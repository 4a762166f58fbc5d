import { assert, assertEquals } from "@std/assert";
import { runDeno } from "../../../scripts/gate/deno.ts";

Deno.test("runDeno ends what hangs together with all that it has started, and keeps what it said", async () => {
  const program = `const child = new Deno.Command("sleep", { args: ["600"] }).spawn();
    console.log(child.pid);
    await child.status;`;
  const ran = await runDeno(["eval", program], { limit: 2, captured: true });
  assertEquals([ran.hung, ran.success], [true, false]);
  const pid = Number(ran.output);
  assert(pid > 0, ran.output);
  assert(!await isRunning(pid), `${pid} still runs`);
});

Deno.test("runDeno says how a program ended that needed no limit", async () => {
  const ran = await runDeno(["eval", "console.error('no'); Deno.exit(3)"], { captured: true });
  assertEquals([ran.hung, ran.success, ran.output], [false, false, "no\n"]);
});

/** A process that has ended and was not yet waited for by anybody counts as ended. */
async function isRunning(pid: number): Promise<boolean> {
  const state = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "0 (gone) Z");
  return !/\) [ZX] ?/.test(state.slice(state.lastIndexOf(")")));
}
