import { assertEquals } from "@std/assert";
import { denoHost } from "../../src/host/deno_host.ts";
import type { FileSystem } from "../../src/host/ports.ts";
import { CacheLayout } from "../../src/store/layout.ts";
import { RootDirectories } from "../../src/store/root_directories.ts";
import { assertRefused } from "../support/refusal.ts";
import { inTempDir, listing } from "../support/temp.ts";

Deno.test("RootDirectories.make makes the root and v1, closed where the root is private", () =>
  inTempDir((dir) => {
    for (const isPrivate of [false, true]) {
      const layout = new CacheLayout(`${dir}/${isPrivate}/cache`);
      new RootDirectories(layout, denoHost, new Set(), isPrivate).make();
      assertEquals(Deno.statSync(layout.root).mode! & 0o777, isPrivate ? 0o700 : 0o755);
      assertEquals(listing(layout.root), ["v1/ 755"]);
    }
  }));

if (Deno.uid() === 0) {
  Deno.test("RootDirectories.make refuses a root that somebody else has made after the look at it", () =>
    inTempDir(async (dir) => {
      Deno.chmodSync(dir, 0o1777);
      const layout = new CacheLayout(`${dir}/cache`);
      const directories = new RootDirectories(layout, denoHost);
      directories.check();
      Deno.mkdirSync(layout.root);
      Deno.chownSync(layout.root, 4501, 4501);
      await assertRefused(() => directories.make(), "PERMISSION_DENIED", 77);
      assertEquals(listing(layout.root), [], "nothing was written");
    }));

  Deno.test("RootDirectories.make refuses a v1 that somebody else makes faster", () =>
    inTempDir(async (dir) => {
      const layout = new CacheLayout(`${dir}/cache`);
      Deno.mkdirSync(layout.root);
      Deno.chmodSync(layout.root, 0o1777);
      const makeDir: FileSystem["makeDir"] = (path, options) => {
        denoHost.fs.makeDir(path, options);
        if (path === layout.versionRoot) Deno.chownSync(path, 4501, 4501);
      };
      const host = { ...denoHost, fs: { ...denoHost.fs, makeDir } };
      const directories = new RootDirectories(layout, host);
      await assertRefused(() => directories.make(), "PERMISSION_DENIED", 77);
    }));

  Deno.test("RootDirectories.make refuses a root that somebody else makes faster", () =>
    inTempDir(async (dir) => {
      Deno.chmodSync(dir, 0o1777);
      const layout = new CacheLayout(`${dir}/cache`);
      const makeDir: FileSystem["makeDir"] = (path, options) => {
        if (path === layout.root) {
          Deno.mkdirSync(path);
          Deno.chownSync(path, 4501, 4501);
        }
        denoHost.fs.makeDir(path, options);
      };
      const host = { ...denoHost, fs: { ...denoHost.fs, makeDir } };
      const directories = new RootDirectories(layout, host);
      await assertRefused(() => directories.make(), "PERMISSION_DENIED", 77);
      assertEquals(listing(layout.root), []);
    }));
}
