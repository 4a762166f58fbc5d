import { firstOf, needsProgram, needsRoot } from "./e2e.ts";

/** Options of `unshare` for a PID namespace whose PID 1 is the program that follows. */
export const PID_ONE = ["--pid", "--fork", "--mount-proc", "--kill-child"];

/** Why no PID namespace can be had; undefined where one can. */
export const needsPidNamespace = firstOf(
  needsRoot,
  await needsProgram("unshare", ...PID_ONE, "true"),
);

/** The only child of a process, by its number here: of `unshare`, what is PID 1 in there. */
export async function onlyChild(pid: number): Promise<number> {
  return Number((await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`)).trim());
}

/** Waits for what is to be seen before a test goes on; fails after ten seconds. */
export async function until(what: string, seen: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    if (seen()) return;
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error(`waited ten seconds, and not seen: ${what}`);
}
