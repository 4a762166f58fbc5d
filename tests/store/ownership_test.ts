import { assertEquals, assertStringIncludes } from "@std/assert";
import { denoFs } from "../../src/host/deno_fs.ts";
import type { FileStat } from "../../src/host/ports.ts";
import { CacheLayout } from "../../src/store/layout.ts";
import { checkCacheRoot, isSafePlace } from "../../src/store/ownership.ts";
import { assertRefused } from "../support/refusal.ts";
import { inTempDir } from "../support/temp.ts";

const ME = { uid: 1000, trusted: new Set<number>() };
const STRANGERS = { uid: 8, gid: 8 };
const OPEN = { mode: 0o777 };
const STICKY = { mode: 0o1777 };

/** The real tree of names, in which everything is root's and closed but for what is stated by its path. */
function seen(dir: string, stated: Readonly<Record<string, Partial<FileStat>>>) {
  const lstat = (path: string): FileStat | undefined => {
    const stat = denoFs.lstat(path);
    const mode = stat?.kind === "symlink" ? 0o777 : 0o755;
    return stat && { ...stat, uid: 0, gid: 0, mode, ...stated[path.slice(dir.length)] };
  };
  return { lstat, readLink: (path: string) => denoFs.readLink(path) };
}

const WAYS: [what: string, stated: Record<string, Partial<FileStat>>, refused?: string][] = [
  ["all is root's", {}],
  ["a parent is a stranger's", { "/a": STRANGERS }, "/a"],
  ["a parent is open", { "/a": OPEN }, "/a"],
  ["a parent is sticky", { "/a": STICKY }],
  ["a parent is sticky and a stranger's", { "/a": { ...STICKY, ...STRANGERS } }, "/a"],
  ["the root is a stranger's", { "/a/root": STRANGERS }, "/a/root"],
  ["the root is open", { "/a/root": OPEN }, "/a/root"],
  ["the root is sticky", { "/a/root": STICKY }],
  ["v1 is a stranger's", { "/a/root/v1": STRANGERS }, "/a/root/v1"],
  ["v1 is sticky", { "/a/root/v1": STICKY }, "/a/root/v1"],
  ["the trees are open", { "/a/root/v1/trees/sha256": OPEN }, "/a/root/v1/trees/sha256"],
];

for (const [what, stated, refused] of WAYS) {
  for (const root of ["/a/root", "/link", "/far/../link", "/chain"]) {
    Deno.test(`checkCacheRoot ${refused ? "refuses" : "believes"} ${root} when ${what}`, () =>
      inTempDir(async (dir) => {
        const layout = new CacheLayout(`${dir}${root}`);
        Deno.mkdirSync(`${dir}/a/root/v1/trees/sha256`, { recursive: true });
        Deno.mkdirSync(`${dir}/far`);
        Deno.symlinkSync("a/root", `${dir}/link`);
        Deno.symlinkSync(`${dir}/link`, `${dir}/chain`);
        const check = () => checkCacheRoot(layout, seen(dir, stated), ME);
        if (refused === undefined) return check();
        const error = await assertRefused(check, "PERMISSION_DENIED", 77);
        assertStringIncludes(error.message, `nothing is started from ${dir}${refused}:`);
      }));
  }
}

Deno.test("checkCacheRoot refuses a stranger's link, and ends in a circle of them", () =>
  inTempDir(async (dir) => {
    Deno.mkdirSync(`${dir}/root`);
    Deno.symlinkSync("root", `${dir}/link`);
    Deno.symlinkSync("circle", `${dir}/circle`);
    const fs = seen(dir, { "/link": STRANGERS });
    const check = () => checkCacheRoot(new CacheLayout(`${dir}/link`), fs, ME);
    await assertRefused(check, "PERMISSION_DENIED", 77);
    checkCacheRoot(new CacheLayout(`${dir}/circle`), fs, ME);
  }));

Deno.test("isSafePlace looks at what is there of a place", () =>
  inTempDir((dir) => {
    Deno.mkdirSync(`${dir}/a`);
    const isSafe = (stat: Partial<FileStat>) =>
      isSafePlace(`${dir}/a/b/c`, seen(dir, { "/a": stat }), ME);
    assertEquals([isSafe({}), isSafe(STICKY), isSafe(OPEN), isSafe(STRANGERS)], [
      true,
      true,
      false,
      false,
    ]);
  }));
