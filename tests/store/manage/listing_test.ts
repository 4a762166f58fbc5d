import { assertEquals } from "@std/assert";
import { denoHost } from "../../../src/host/deno_host.ts";
import { CacheLayout } from "../../../src/store/layout.ts";
import { listReleases, listTrees } from "../../../src/store/manage/listing.ts";
import { sha256 } from "../../support/bundles.ts";
import { inTempDir } from "../../support/temp.ts";

Deno.test("listTrees and listReleases are empty when there is no cache", () => {
  const layout = new CacheLayout("/nowhere/at/all");
  assertEquals(listTrees(layout, denoHost.fs), []);
  assertEquals(listReleases(layout, denoHost.fs), []);
});

Deno.test("listTrees sums files and sizes, newest first, and passes over what is no tree", () =>
  inTempDir((root) => {
    const layout = new CacheLayout(root);
    const [old, young] = [sha256("old"), sha256("young")];
    Deno.mkdirSync(`${layout.tree(old)}/pkg`, { recursive: true });
    Deno.writeTextFileSync(`${layout.tree(old)}/a`, "12345");
    Deno.writeTextFileSync(`${layout.tree(old)}/pkg/b`, "123");
    Deno.symlinkSync("/etc/passwd", `${layout.tree(old)}/pkg/link`);
    Deno.mkdirSync(layout.tree(young));
    Deno.mkdirSync(`${layout.trees}/not-a-digest`);
    Deno.writeTextFileSync(`${layout.trees}/${sha256("file")}`, "");
    Deno.utimeSync(layout.tree(old), 1000, 1000);
    const trees = listTrees(layout, denoHost.fs);
    assertEquals(trees.map(({ digest, files }) => [digest, files]), [[young, 0], [old, 3]]);
    assertEquals(trees[1]!.bytes, 5 + 3 + "/etc/passwd".length);
    assertEquals(trees[1]!.unpackedAt, 1_000_000);
  }));

Deno.test("listReleases gives the digests of the documents", () =>
  inTempDir((root) => {
    const layout = new CacheLayout(root);
    Deno.mkdirSync(layout.releases, { recursive: true });
    Deno.writeTextFileSync(layout.release(sha256("a")), "{}");
    Deno.writeTextFileSync(`${layout.releases}/other.json`, "{}");
    assertEquals(listReleases(layout, denoHost.fs), [sha256("a")]);
  }));
