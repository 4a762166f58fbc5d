import { assertEquals, assertThrows } from "@std/assert";
import { readOnlyHost } from "../../../src/app/doctor/read_only.ts";
import { probeDirectory } from "../../../src/app/doctor/probe.ts";
import { denoHost } from "../../../src/host/deno_host.ts";
import { FsError, type Locks } from "../../../src/host/ports.ts";
import { inTempDir } from "../../support/temp.ts";

const namesIn = (path: string) => [...Deno.readDirSync(path)].map(({ name }) => name);

Deno.test("readOnlyHost refuses every call that changes something", async () => {
  await inTempDir((root) => {
    const { fs, locks } = readOnlyHost(denoHost);
    Deno.writeTextFileSync(`${root}/a`, "x");
    const changes: (() => void)[] = [
      () => fs.writeNewFile(`${root}/b`, new Uint8Array(1), 0o644),
      () => fs.createFile(`${root}/b`, 0o644),
      () => fs.openAppend(`${root}/a`),
      () => fs.makeDir(`${root}/b`),
      () => fs.makeSymlink("a", `${root}/b`),
      () => fs.makeHardlink(`${root}/a`, `${root}/b`),
      () => fs.chmod(`${root}/a`, 0o600),
      () => fs.rename(`${root}/a`, `${root}/b`),
      () => fs.remove(`${root}/a`),
      () => fs.removeTree(`${root}/a`),
      () => fs.touch(`${root}/a`),
    ];
    for (const change of changes) assertThrows(change, FsError, "doctor changes nothing");
    assertEquals(locks.tryLock(`${root}/lock`, "exclusive", { create: true }), "absent");
    assertEquals(namesIn(root), ["a"]);
  });
});

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
