import { assert, assertEquals } from "@std/assert";
import { holdersOf, libcLocks } from "../../src/host/libc_locks.ts";
import { hostFs } from "../../src/host/host_fs.ts";
import { isSame } from "../../src/store/lease.ts";
import { inTempDir } from "../support/temp.ts";

const LOCKS = `1: POSIX  ADVISORY  READ 11 08:01:77 128 128
2: FLOCK  ADVISORY  READ 4711 08:01:77 0 EOF
3: FLOCK  ADVISORY  READ 4712 08:01:77 0 EOF
3: -> FLOCK  ADVISORY  WRITE 4713 08:01:77 0 EOF
4: FLOCK  ADVISORY  WRITE 12 00:2f:88 0 EOF
5: FLOCK  ADVISORY  WRITE 0 08:01:99 0 EOF
`;

const CASES: [string, { dev: number; ino: number }, number[]][] = [
  ["device and inode fit", { dev: 0x801, ino: 77 }, [4711, 4712]],
  ["only the inode fits, as on overlayfs", { dev: 0x31, ino: 88 }, [12]],
  ["nothing fits", { dev: 0x801, ino: 78 }, []],
  ["the holder is in another PID namespace", { dev: 0x801, ino: 99 }, []],
];

for (const [when, stat, expected] of CASES) {
  Deno.test(`holdersOf gives ${JSON.stringify(expected)} when ${when}`, () => {
    assertEquals(holdersOf(stat, LOCKS), expected);
  });
}

const held = (path: string, mode: "shared" | "exclusive", create = true) => {
  const lock = libcLocks.tryLock(path, mode, { create });
  if (typeof lock === "string") throw new Error(lock);
  return lock;
};

Deno.test("Locks.tryLock says absent, busy and unsupported, and names the holder", () =>
  inTempDir((dir) => {
    const path = `${dir}/lease`;
    assertEquals(libcLocks.tryLock(path, "shared"), "absent");
    const lock = held(path, "shared");
    assertEquals(libcLocks.tryLock(path, "exclusive"), "busy");
    held(path, "shared").release();
    assertEquals(libcLocks.holders(hostFs.lstat(path)!), [Deno.pid]);
    lock.release();
    assertEquals(libcLocks.holders(hostFs.lstat(path)!), []);
    held(path, "exclusive").release();
    assertEquals(libcLocks.tryLock(dir, "exclusive"), "unsupported");
  }));

Deno.test("Lock.stat is of the locked file when its path names another", () =>
  inTempDir((dir) => {
    const path = `${dir}/lease`;
    const lock = held(path, "exclusive");
    assert(isSame(hostFs.lstat(path)!, lock));
    Deno.removeSync(path);
    Deno.writeTextFileSync(path, "");
    assert(!isSame(hostFs.lstat(path)!, lock));
    lock.release();
  }));

Deno.test("Lock.write replaces a longer content", () =>
  inTempDir((dir) => {
    const lock = held(`${dir}/lock`, "exclusive");
    lock.write("a long text");
    lock.write("short");
    assertEquals(Deno.readTextFileSync(`${dir}/lock`), "short");
    lock.release();
  }));

Deno.test("FileSystem reads files of /proc whole", () => {
  const environment = hostFs.readText("/proc/self/environ");
  assertEquals(environment.length > 1, Object.keys(Deno.env.toObject()).length > 0);
  assert(hostFs.readText("/proc/self/maps").split("\n").length > 5);
});

Deno.test("FileSystem.freeBytes is what df says, to a tenth", async () => {
  const { stdout } = await new Deno.Command("df", { args: ["-B1", "--output=avail", "/tmp"] })
    .output();
  const free = Number(new TextDecoder().decode(stdout).trim().split("\n")[1]);
  const said = hostFs.freeBytes("/tmp")!;
  assert(Math.abs(said - free) < free / 10, `${said}, and df says ${free}`);
  assertEquals(hostFs.freeBytes("/nowhere/at/all"), undefined);
});
