/**
 * What dist/edgeboot does when it is killed, or when the system refuses, at every system call:
 *
 *   deno task faults kill [PART]       kill -9 at every call that may change the cache
 *   deno task faults errors [ERRNO…]   ENOSPC, EIO and others at every call on the cache
 */
import { sweepErrors } from "./faults/errors.ts";
import { sweepKills } from "./faults/kill.ts";

const WIDTH = Math.max(2, navigator.hardwareConcurrency);
const [what, ...rest] = Deno.args;

const sweeps: Readonly<Record<string, () => Promise<number>>> = {
  kill: () => sweepKills(WIDTH, rest[0]),
  errors: () => sweepErrors(WIDTH, rest),
};
const sweep = sweeps[what ?? ""];
if (sweep === undefined) {
  console.error(`faults: say which, ${Object.keys(sweeps).join(", ")}`);
  Deno.exit(2);
}
Deno.exit(await sweep() === 0 ? 0 : 1);
