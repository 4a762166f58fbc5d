import { assertEquals } from "@std/assert";
import { type CacheRoot, chooseCacheRoot } from "../../src/store/root.ts";
import { type FakeFiles, FakeFs, type FakeStat } from "../support/fake_fs.ts";
import { assertRefused } from "../support/refusal.ts";

interface Situation {
  readonly stated?: string;
  readonly env?: Record<string, string>;
  readonly uid?: number;
  readonly files?: FakeFiles;
  readonly stats?: Record<string, FakeStat>;
  readonly denied?: readonly string[];
}

function choose(situation: Situation): CacheRoot {
  const { stated, env = {}, uid = 1000, files = {}, stats = {}, denied = [] } = situation;
  const fs = new FakeFs(files, { "/": { uid, mode: 0o755 }, ...stats }, denied, uid);
  return chooseCacheRoot({
    stated: stated === undefined ? undefined : { value: stated, origin: "--cache" },
    env: { get: (name) => env[name] },
    cwd: () => "/work",
    uid,
  }, fs);
}

const CLOSED = { "/": { mode: 0o755 }, "/tmp": { mode: 0o1777 } };
const FULL_ENV = {
  CACHE_DIRECTORY: "/var/cache/unit:/other",
  XDG_CACHE_HOME: "/xdg",
  HOME: "/home/me",
};

const TABLE: [when: string, situation: Situation, path: string, origin: string][] = [
  ["one is stated", { stated: "/c", env: FULL_ENV }, "/c", "--cache"],
  ["the stated one is relative", { stated: "c/d" }, "/work/c/d", "--cache"],
  ["the stated one has doubled and trailing slashes", { stated: "//c//d/" }, "/c/d", "--cache"],
  ["systemd gives several", { env: FULL_ENV }, "/var/cache/unit", "CACHE_DIRECTORY"],
  ["XDG is set", { env: { ...FULL_ENV, CACHE_DIRECTORY: "" } }, "/xdg/edgeboot", "XDG_CACHE_HOME"],
  ["only HOME is set", { env: { HOME: "/home/me" } }, "/home/me/.cache/edgeboot", "HOME"],
  ["HOME is the root directory", { env: { HOME: "/" } }, "/.cache/edgeboot", "HOME"],
  ["nothing is set", {}, "/var/cache/edgeboot", "default"],
  [
    "a variable is relative",
    { env: { XDG_CACHE_HOME: "x", HOME: "y" } },
    "/var/cache/edgeboot",
    "default",
  ],
];

for (const [when, situation, path, origin] of TABLE) {
  Deno.test(`chooseCacheRoot gives ${path} when ${when}`, () => {
    const root = choose(situation);
    assertEquals([root.path, root.origin], [path, origin]);
  });
}

Deno.test("chooseCacheRoot takes a directory of its own, and one that it could make", () => {
  const home = { HOME: "/home/me" };
  const path = "/home/me/.cache/edgeboot";
  const own = { [path]: { uid: 1000, mode: 0o755 }, "/home/me": { uid: 0, mode: 0o755 } };
  assertEquals(choose({ env: home, files: { [path]: true }, stats: own }).path, path);
  const parent = { "/home/me": { uid: 1000, mode: 0o755 } };
  assertEquals(choose({ env: home, files: { "/home/me": true }, stats: parent }).path, path);
  const closed = { "/home/me": { uid: 0, mode: 0o755 } };
  assertEquals(choose({ env: home, files: { "/home/me": true }, stats: closed }).origin, "default");
});

Deno.test("chooseCacheRoot passes over a directory of somebody else", () => {
  const root = choose({
    env: { XDG_CACHE_HOME: "/xdg", HOME: "/home/me" },
    files: { "/xdg/edgeboot": true },
    stats: { "/xdg/edgeboot": { uid: 7, mode: 0o755 } },
  });
  assertEquals(root.origin, "HOME");
});

Deno.test("chooseCacheRoot passes over a home that is closed to an arbitrary uid", () => {
  const root = choose({ env: { HOME: "/root" }, files: { "/root": true }, denied: ["/root"] });
  assertEquals([root.path, root.origin], ["/var/cache/edgeboot", "default"]);
});

Deno.test("chooseCacheRoot passes over a file in the place of the directory", () => {
  const root = choose({ env: { HOME: "/home/me" }, files: { "/home/me/.cache/edgeboot": "x" } });
  assertEquals(root.origin, "default");
});

for (
  const [what, stat] of [
    ["closed to this user", { uid: 0, mode: 0o755 }],
    ["open to all on a read-only file system", { uid: 0, mode: 0o1777, readOnly: true }],
  ] as [string, FakeStat][]
) {
  const situation = (...inside: string[]): Situation => ({
    env: { HOME: "/root" },
    files: Object.fromEntries([
      ...["/tmp", "/var/cache/edgeboot"].map((path) => [path, true]),
      ...inside.map((name) => [`/var/cache/edgeboot/${name}`, ""]),
    ]),
    stats: {
      ...CLOSED,
      "/var/cache/edgeboot": stat,
      "/tmp/edgeboot-1000": { uid: 1000, mode: 0o700 },
    },
    denied: ["/root"],
  });
  Deno.test(`chooseCacheRoot uses a cache that is ${what} when no place can be written`, () => {
    const root = choose(situation("CACHEDIR.TAG"));
    assertEquals([root.path, root.origin], ["/var/cache/edgeboot", "default"]);
  });

  Deno.test(`chooseCacheRoot passes over a directory that is ${what} when it is no cache`, () => {
    assertEquals(choose(situation()).path, "/tmp/edgeboot-1000");
  });
}

Deno.test("chooseCacheRoot gives a private temporary directory when there is no other place", () => {
  const files = { "/var/cache/x": "", "/tmp": true, "/run/t": true } as const;
  const stats = { ...CLOSED, "/run/t": { mode: 0o1777 } };
  const root = choose({ files, stats });
  assertEquals([root.path, root.isPrivate], ["/tmp/edgeboot-1000", true]);
  const moved = choose({ files, stats, env: { TMPDIR: "/run/t/" } });
  assertEquals(moved.path, "/run/t/edgeboot-1000");
});

Deno.test("chooseCacheRoot refuses with 73 when not even a temporary directory could be made", async () => {
  const stats = { ...CLOSED, "/tmp": { mode: 0o755 } };
  await assertRefused(() => choose({ files: { "/tmp": true }, stats }), "CACHE_UNWRITABLE", 73);
});

const UNSAFE: [why: string, stat: FakeStat, content: string | true][] = [
  ["belongs to somebody else", { uid: 7, mode: 0o700 }, true],
  ["is open to others", { uid: 1000, mode: 0o702 }, true],
  ["is open to a group", { uid: 1000, mode: 0o720 }, true],
  ["is no directory", { uid: 1000, mode: 0o700 }, "x"],
];

for (const [why, stat, content] of UNSAFE) {
  Deno.test(`chooseCacheRoot refuses a temporary directory that ${why}`, async () => {
    const situation = {
      files: { "/var/x": "", "/tmp/edgeboot-1000": content },
      stats: { ...CLOSED, "/tmp/edgeboot-1000": stat },
    };
    await assertRefused(() => choose(situation), "CACHE_UNWRITABLE", 73);
  });
}

Deno.test("chooseCacheRoot refuses a path with the separator of PYTHONPATH", async () => {
  await assertRefused(() => choose({ stated: "/a:b" }), "CONFIG_INVALID", 78);
  await assertRefused(() => choose({ env: { XDG_CACHE_HOME: "/a:b" } }), "CONFIG_INVALID", 78);
});
