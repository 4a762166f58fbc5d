import { assertEquals } from "@std/assert";
import { denoHost } from "../../../src/host/deno_host.ts";
import { Store } from "../../../src/store/mod.ts";
import { almost, sha256 } from "../../support/bundles.ts";
import { inTempDir } from "../../support/temp.ts";

const DIGEST = sha256("layer");

async function publishedIn(root: string): Promise<Store> {
  const store = new Store(root, denoHost);
  const work = await (await store.ingester()).begin(DIGEST);
  work.fs.writeNewFile(`${work.treePath}/a.py`, new TextEncoder().encode("a"), 0o444);
  await work.publish();
  work.discard();
  return store;
}

// A root without CAP_DAC_OVERRIDE leaves it as everybody else does: who owns it does not matter.
const TOPS: [mode: number, state: string][] = [[0o555, "sound"], [0o755, "sound"], [
  0o775,
  "damaged",
]];

for (const [mode, state] of TOPS) {
  Deno.test(`Manager.verifyTrees takes a tree with a top of 0${mode.toString(8)} for ${state}`, () =>
    inTempDir(async (root) => {
      const store = await publishedIn(root);
      Deno.chmodSync(store.treePath(DIGEST), mode);
      const [checked] = await (await store.manager()).verifyTrees([DIGEST], false, () => {});
      assertEquals([checked!.state, store.hasTree(DIGEST)], [state, state === "sound"]);
    }));
}

Deno.test("Manager.verifyRelease takes a document for damaged whose digest differs in its last digit", () =>
  inTempDir(async (root) => {
    const store = new Store(root, denoHost);
    const text = "{}";
    for (const digest of [sha256(text), almost(sha256(text))]) {
      store.records.saveRelease(digest, text);
      const checked = await (await store.manager()).verifyRelease(digest);
      assertEquals(checked.state, digest === sha256(text) ? "sound" : "damaged");
    }
  }));
