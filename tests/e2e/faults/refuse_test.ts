import { assert, assertEquals } from "@std/assert";
import { e2e } from "../support/e2e.ts";
import { Bench } from "../support/faults/bench.ts";
import { cover } from "../support/faults/cover.ts";
import { ERRNOS, refuseAt } from "../support/faults/refuse.ts";
import { CHANGING, LOOKING, needsStrace } from "../support/faults/strace.ts";

// The short form of `deno task faults errors`, which takes every call for every error.

const AT_ONCE = 2;
const EACH = 30;

for (const [turn, errno] of Object.keys(ERRNOS).entries()) {
  e2e(
    `edgeboot fetch succeeds or says why, and shows whole trees only, when a system call ends in ${errno}`,
    needsStrace,
    async () => {
      await using bench = await Bench.create({ transport: turn % 2 === 0 ? "file" : "http" });
      const { sites, outcomes } = await cover(bench, {
        calls: [...CHANGING, ...LOOKING],
        width: AT_ONCE,
        // Other calls for each of the errors, so that together they come round.
        choose: (sites) => sites.filter((_, index) => index % EACH === turn * 5),
        passes: 1,
      }, (site) => refuseAt(bench, errno, site));
      const faults = outcomes.filter(({ fault }) => fault !== undefined);
      assertEquals(faults, []);
      assert(sites.length >= 8, `only ${sites.length} calls`);
      assert(outcomes.some(({ code }) => code !== 0), "no error was ever noticed");
    },
  );
}
