import { assertEquals } from "@std/assert";
import {
  keptLayers,
  type KeptRef,
  keptReleases,
  type StoredRelease,
} from "../../../src/store/manage/retention.ts";
import type { Sha256 } from "../../../src/model/digest.ts";
import { sha256 } from "../../support/bundles.ts";

function release(app: string, version: string, storedAt: number): StoredRelease {
  return { digest: sha256(app + version), app, version, storedAt, layers: [sha256(`l${version}`)] };
}

function ref(app: string, name: string, version: string, more: Partial<KeptRef> = {}): KeptRef {
  const digest = sha256(app + version);
  return {
    path: `${app}/${name}`,
    registry: "file:///r",
    app,
    name,
    digest,
    version,
    validator: undefined,
    checkedAt: 0,
    pinned: undefined,
    history: [],
    ...more,
  };
}

const VERSIONS = [1, 2, 3, 4].map((n) => release("shop", String(n), n));
const OTHER = release("other", "1", 1);

function names(kept: ReadonlyMap<Sha256, { readonly rank: string }>): string[] {
  return [...VERSIONS, OTHER].flatMap(({ digest, app, version }) => {
    const found = kept.get(digest);
    return found === undefined ? [] : `${app} ${version} ${found.rank}`;
  });
}

const CASES: [when: string, refs: KeptRef[], keep: number, expected: string[]][] = [
  ["there are no refs", [], 2, ["shop 3 kept", "shop 4 kept", "other 1 kept"]],
  ["a channel stands for an old one", [ref("shop", "lts", "1")], 1, [
    "shop 1 kept",
    "shop 4 kept",
    "other 1 kept",
  ]],
  ["a version stands for itself", [ref("shop", "1", "1")], 1, ["shop 4 kept", "other 1 kept"]],
  [
    "history says that an old one came back",
    [
      ref("shop", "stable", "2", { history: [{ digest: sha256("shop2"), version: "2", at: 99 }] }),
    ],
    2,
    ["shop 2 kept", "shop 4 kept", "other 1 kept"],
  ],
  [
    "one is pinned and nothing is to be kept",
    [
      ref("shop", "stable", "4", { pinned: sha256("shop1") }),
    ],
    0,
    ["shop 1 pinned"],
  ],
  ["nothing is to be kept", [ref("shop", "stable", "4")], 0, []],
  ["what is pinned is not here", [ref("other", "stable", "1", { pinned: sha256("gone") })], 1, [
    "shop 4 kept",
    "other 1 kept",
  ]],
];

for (const [when, refs, keep, expected] of CASES) {
  Deno.test(`keptReleases keeps ${expected.join(", ") || "nothing"} when ${when}`, () => {
    assertEquals(names(keptReleases([...VERSIONS, OTHER], refs, keep)), expected);
  });
}

Deno.test("keptLayers gives a shared layer the strongest reason", () => {
  const [a, b] = [release("a", "1", 1), release("b", "1", 2)];
  const kept = new Map([
    [a.digest, { rank: "pinned" as const, why: "a" }],
    [b.digest, { rank: "kept" as const, why: "b" }],
  ]);
  assertEquals(keptLayers([a, b], kept).get(sha256("l1"))?.why, "a");
  assertEquals(keptLayers([b, a], kept).get(sha256("l1"))?.why, "a");
});
