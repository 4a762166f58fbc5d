import { assert, assertEquals } from "@std/assert";
import { denoHost } from "../../src/host/deno_host.ts";
import { CacheLayout } from "../../src/store/layout.ts";
import { Store } from "../../src/store/mod.ts";
import { sha256 } from "../support/bundles.ts";
import { inTempDir } from "../support/temp.ts";

const DIGEST = sha256("layer");

Deno.test("Store.hasTree takes only a directory for a tree", () =>
  inTempDir((root) => {
    const layout = new CacheLayout(root);
    const store = new Store(root, denoHost);
    assertEquals(store.hasTree(DIGEST), false);
    Deno.mkdirSync(layout.trees, { recursive: true });
    Deno.writeTextFileSync(layout.tree(DIGEST), "");
    assertEquals(store.hasTree(DIGEST), false);
    Deno.removeSync(layout.tree(DIGEST));
    Deno.symlinkSync("/", layout.tree(DIGEST));
    assertEquals(store.hasTree(DIGEST), false);
  }));

Deno.test("Store.hasTrustedTree closes the top that a kill has left open, and no other's", () =>
  inTempDir(async (root) => {
    const as = (uid: number) => ({ ...denoHost, process: { ...denoHost.process, uid } });
    const layout = new CacheLayout(root);
    const store = new Store(root, denoHost);
    const work = await (await store.ingester()).begin(DIGEST);
    await work.publish();
    work.discard();
    const other = new Store(root, as(Deno.uid()! + 1), "any");
    const tree = layout.tree(DIGEST);
    const modeAfter = (before: number, starter = store) => {
      Deno.chmodSync(tree, before);
      assert(starter.hasTrustedTree(DIGEST));
      return Deno.statSync(tree).mode! & 0o7777;
    };
    assertEquals(modeAfter(0o755, other), 0o755, "another user's");
    assertEquals(modeAfter(0o755), 0o555);
    assertEquals(modeAfter(0o700), 0o700);
    Deno.removeSync(layout.record(DIGEST));
    assertEquals(modeAfter(0o755), 0o755, "one that an image provides");
  }));
