import { assertEquals } from "@std/assert";
import { probeDirectory } from "../../../src/app/doctor/probe.ts";
import { denoHost } from "../../../src/host/deno_host.ts";
import type { Locks } from "../../../src/host/ports.ts";
import { inTempDir } from "../../support/temp.ts";

const namesIn = (path: string) => [...Deno.readDirSync(path)].map(({ name }) => name);

Deno.test("probeDirectory leaves nothing behind and finds that locks work", async () => {
  await inTempDir((root) => {
    assertEquals(probeDirectory(root, denoHost), { failure: undefined, locks: true });
    assertEquals(namesIn(root), []);
    assertEquals(probeDirectory(`${root}/none`, denoHost).failure?.errno, "ENOENT");
  });
});

for (const second of ["granted to everybody", "unsupported"] as const) {
  Deno.test(`probeDirectory finds that locks do not work when they are ${second}`, async () => {
    await inTempDir((root) => {
      const lock = { release: () => {}, inherit: () => {}, stat: () => undefined, write: () => {} };
      const tryLock = () => second === "unsupported" ? second : lock;
      const locks: Locks = { tryLock, holders: () => undefined };
      assertEquals(probeDirectory(root, { ...denoHost, locks }).locks, false);
    });
  });
}
