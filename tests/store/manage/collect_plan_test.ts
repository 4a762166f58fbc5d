import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type CollectOptions,
  type Hold,
  type KeptBy,
  planCollection,
  type TreeState,
} from "../../../src/store/manage/collect_plan.ts";
import { sha256 } from "../../support/bundles.ts";

const HOUR = 3_600_000;
const NOW = 1000 * HOUR;
const KEPT: KeptBy = { rank: "kept", why: "shop 2, current of stable" };
const PINNED: KeptBy = { rank: "pinned", why: "shop 1, pinned as shop@stable" };

/** A tree of 10 bytes that was used so many hours ago; names sort as they are written. */
function tree(name: string, hoursAgo: number, more: Partial<TreeState> = {}): TreeState {
  return {
    digest: sha256(name),
    bytes: 10,
    lastUsedAt: NOW - hoursAgo * HOUR,
    hold: "free",
    keptBy: undefined,
    named: true,
    ...more,
  };
}

const CASES: [
  when: string,
  tree: TreeState,
  options: CollectOptions,
  expected: string,
][] = [
  ["nothing is asked for", tree("a", 99), { prune: false }, "keep within-limits"],
  ["no kept release needs it", tree("a", 1), { prune: true }, "remove superseded"],
  ["a kept release needs it", tree("a", 1, { keptBy: KEPT }), { prune: true }, "keep kept"],
  ["it is pinned", tree("a", 1, { keptBy: PINNED }), { prune: true }, "keep pinned"],
  ["no release names it", tree("a", 25, { named: false }), { prune: true }, "remove unnamed"],
  ["it was used today", tree("a", 23, { named: false }), { prune: true }, "keep recent"],
  ["there is no room", tree("a", 1), { prune: false, maxBytes: 9 }, "remove size"],
  ["there is just room", tree("a", 1), { prune: false, maxBytes: 10 }, "keep within-limits"],
  ["kept, no room", tree("a", 1, { keptBy: KEPT }), { prune: false, maxBytes: 0 }, "keep kept"],
  ["it is too old", tree("a", 3), { prune: false, maxAgeMs: 2 * HOUR }, "remove age"],
  ["it is just not", tree("a", 2), { prune: false, maxAgeMs: 2 * HOUR }, "keep within-limits"],
  ["kept, too old", tree("a", 3, { keptBy: KEPT }), { prune: false, maxAgeMs: 1 }, "remove age"],
  [
    "pinned, too old",
    tree("a", 3, { keptBy: PINNED }),
    { prune: true, maxAgeMs: 1 },
    "keep pinned",
  ],
  ["the clock was set back", tree("a", -5), { prune: false, maxAgeMs: 0 }, "keep within-limits"],
  ...(["no-lease", "no-locks"] as const).flatMap((hold): typeof CASES => {
    const asked = { prune: true, unlockedAgeMs: 24 * HOUR };
    return [
      [`${hold}, and asked for`, tree("a", 25, { hold }), asked, "remove superseded"],
      [`${hold}, asked for, young`, tree("a", 24, { hold }), asked, `keep ${hold}`],
      [`${hold}, asked for, kept`, tree("a", 99, { hold, keptBy: KEPT }), asked, "keep kept"],
    ];
  }),
  [
    "in use, and the unlocked are asked for",
    tree("a", 999, { hold: "in-use" }),
    { prune: true, unlockedAgeMs: 0 },
    "keep in-use",
  ],
  ...(["in-use", "no-lease", "no-locks"] as const).map((hold) =>
    [
      `everything speaks against it but ${hold}`,
      tree("a", 999, { hold, named: false }),
      { prune: true, maxBytes: 0, maxAgeMs: 0 },
      `keep ${hold}`,
    ] as [string, TreeState, CollectOptions, string]
  ),
];

for (const [when, state, options, expected] of CASES) {
  Deno.test(`planCollection says ${expected} when ${when}`, () => {
    const { removals, keeps } = planCollection([state], options, NOW);
    const said = [
      ...removals.map(({ reason }) => `remove ${reason}`),
      ...keeps.map(({ reason }) => `keep ${reason}`),
    ];
    assertEquals(said, [expected]);
  });
}

Deno.test("planCollection removes the least recently used first, and no more than it must", () => {
  const [a, b, c, d] = [tree("a", 1), tree("b", 4), tree("c", 3), tree("d", 2)];
  const plan = planCollection([a, b, c, d], { prune: false, maxBytes: 25 }, NOW);
  assertEquals(plan.removals.map((removal) => removal.tree), [b, c]);
  assertEquals(plan.overBytes, 0);
});

Deno.test("planCollection counts what must stay, and says how much is left above the size", () => {
  const used = tree("a", 9, { hold: "in-use", bytes: 100 });
  const plan = planCollection([used, tree("b", 1)], { prune: false, maxBytes: 30 }, NOW);
  assertEquals(plan.removals.map(({ tree }) => tree.digest), [sha256("b")]);
  assertEquals(plan.overBytes, 70);
});

const HOLDS: Hold[] = ["free", "in-use", "no-lease", "no-locks"];

const states: fc.Arbitrary<TreeState[]> = fc.array(
  fc.record({
    hoursAgo: fc.integer({ min: -10, max: 500 }),
    bytes: fc.nat(1000),
    hold: fc.constantFrom(...HOLDS),
    keptBy: fc.constantFrom(undefined, KEPT, PINNED),
    named: fc.boolean(),
  }),
  { maxLength: 12 },
).map((all) => all.map(({ hoursAgo, ...more }, index) => tree(`t${index}`, hoursAgo, more)));

const options: fc.Arbitrary<CollectOptions> = fc.record({
  prune: fc.boolean(),
  maxBytes: fc.option(fc.nat(5000), { nil: undefined }),
  maxAgeMs: fc.option(fc.nat(500 * HOUR), { nil: undefined }),
});

Deno.test("planCollection never removes what is in use, pinned, or kept and young", () => {
  fc.assert(fc.property(states, options, (trees, options) => {
    for (const { tree, reason } of planCollection(trees, options, NOW).removals) {
      assertEquals(tree.hold, "free");
      assert(tree.keptBy?.rank !== "pinned");
      if (tree.keptBy !== undefined) assertEquals(reason, "age");
    }
  }));
});

Deno.test("planCollection decides on every tree once, and meets the size or keeps nothing spare", () => {
  fc.assert(fc.property(states, options, (trees, options) => {
    const { removals, keeps, overBytes } = planCollection(trees, options, NOW);
    const decided = [...removals, ...keeps].map(({ tree }) => tree.digest);
    assertEquals(decided.toSorted(), trees.map(({ digest }) => digest).toSorted());
    const left = keeps.reduce((sum, { tree }) => sum + tree.bytes, 0);
    assertEquals(overBytes, Math.max(0, left - (options.maxBytes ?? Infinity)));
    if (overBytes > 0) {
      assert(keeps.every(({ reason }) => reason !== "within-limits" && reason !== "recent"));
    }
  }));
});
