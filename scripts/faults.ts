/**
 * What dist/edgeboot does when it is killed, or when the system refuses, at every system call:
 *
 *   deno task faults kill [SCENE…]      kill -9 at every call that may change the cache
 *   deno task faults errors [SCENE…] [ERRNO…] [--each N]   ENOSPC, EIO and others at every (Nth) call on the cache
 *   deno task faults startup [--each N]            some errors at every (Nth) call before the first on the cache
 *   deno task faults random [ROUNDS]   kill -9 at random moments of a start (1,000)
 *   deno task faults peers [NAME]      the same for shiv, pex and pyapp: what the next start does
 */
import { parseArgs } from "@std/cli/parse-args";
import { sweepErrors } from "./faults/errors.ts";
import { sweepKills } from "./faults/kill.ts";
import { comparePeers } from "./faults/peers.ts";
import { killAtRandom } from "./faults/random.ts";
import { listStartup } from "./faults/startup.ts";

const WIDTH = Math.max(2, navigator.hardwareConcurrency);
const { _: [what, ...rest], each = "1" } = parseArgs(Deno.args, { string: ["each", "_"] });

const sweeps: Readonly<Record<string, () => Promise<number>>> = {
  kill: () => sweepKills(WIDTH, rest),
  errors: () => sweepErrors(WIDTH, rest, Number(each)),
  peers: () => comparePeers(rest[0]),
  startup: () => listStartup(WIDTH, Number(each)),
  random: () => killAtRandom(Number(rest[0] ?? 1000)),
};
const sweep = sweeps[what ?? ""];
if (sweep === undefined) {
  console.error(`faults: say which, ${Object.keys(sweeps).join(", ")}`);
  Deno.exit(2);
}
Deno.exit(await sweep() === 0 ? 0 : 1);
