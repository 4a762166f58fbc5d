import { assertEquals } from "@std/assert";
import { dryHost } from "../../../src/app/dry/dry_host.ts";
import { denoHost } from "../../../src/host/deno_host.ts";
import { testContext, testHost } from "../../support/context.ts";
import { inTempDir, listing } from "../../support/temp.ts";

const HOMES: [what: string, prepare: (home: string) => void][] = [
  ["is not there yet", () => {}],
  ["is in use", (home) => {
    Deno.mkdirSync(`${home}/.cache/edgeboot/v1`, { recursive: true });
    Deno.writeTextFileSync(`${home}/.cache/edgeboot/CACHEDIR.TAG`, "");
  }],
  ["is a file", (home) => {
    Deno.mkdirSync(`${home}/.cache`);
    Deno.writeTextFileSync(`${home}/.cache/edgeboot`, "");
  }],
];

for (const [what, prepare] of HOMES) {
  Deno.test(`dryHost comes to the same cache as a start, and makes nothing, when it ${what}`, () =>
    inTempDir(async (dir) => {
      Deno.mkdirSync(`${dir}/home`);
      prepare(`${dir}/home`);
      const env = { HOME: `${dir}/home`, TMPDIR: dir };
      const { host } = testHost(env);
      const before = listing(dir);
      const dry = await testContext({}, dryHost(host));
      assertEquals(listing(dir), before);
      const { cacheRoot } = (await testContext({}, host)).context;
      assertEquals(dry.context.cacheRoot, cacheRoot);
    }));
}

Deno.test("dryHost takes no lock that keeps a starter waiting, and makes none", () =>
  inTempDir((dir) => {
    Deno.writeTextFileSync(`${dir}/lease`, "");
    const { locks } = dryHost(denoHost);
    const dry = locks.tryLock(`${dir}/lease`, "exclusive");
    assertEquals(typeof dry, "object");
    const real = denoHost.locks.tryLock(`${dir}/lease`, "exclusive");
    assertEquals(typeof real, "object", "nobody holds it");
    assertEquals(locks.tryLock(`${dir}/lease`, "shared"), "busy");
    assertEquals(locks.tryLock(`${dir}/none`, "shared"), "absent");
    locks.tryLock(`${dir}/none`, "shared", { create: true });
    assertEquals(listing(dir), ["lease 644"]);
    if (typeof real === "object") real.release();
    return Promise.resolve();
  }));
