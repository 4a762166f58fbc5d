import { assert, assertEquals } from "@std/assert";
import { controlSubject, cutPower, edgebootSubject } from "../../scripts/power_loss/cuts.ts";
import { whyNot, Yard } from "../../scripts/power_loss/disks.ts";
import { writeFixture } from "../../scripts/power_loss/fixture.ts";
import { BINARY } from "./support/binary.ts";
import { e2e } from "./support/e2e.ts";
import { SEARCH_PATH } from "./support/python.ts";

/** `deno task power-loss` cuts hundreds of times, on xfs and btrfs as well. */
const CUTS = 12;

e2e(
  `edgeboot fetch shows no incomplete tree when the power is cut ${CUTS} times on ext4`,
  await whyNot("ext4"),
  async () => {
    const work = await Deno.makeTempDir({ prefix: "eb-e2e-power-" });
    try {
      const fixture = await writeFixture(work);
      await using yard = await Yard.open(work);
      const machine = { edgeboot: BINARY, path: SEARCH_PATH, fixture, yard };
      const outcome = await cutPower("ext4", CUTS, await edgebootSubject(machine), machine);
      assertEquals([outcome.cuts, outcome.faults], [CUTS, []]);
      // A rename without a sync must be found out, or the above says nothing.
      const control = await cutPower("ext4", 1, controlSubject(machine), machine, {
        afterTheEnd: true,
      });
      assert(control.faulty === 1, "unzip and mv without a sync were found complete");
    } finally {
      await Deno.remove(work, { recursive: true });
    }
  },
);
