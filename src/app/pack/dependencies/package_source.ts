import { unpack } from "../../../archive/mod.ts";
import type { LayerDigest } from "../../../model/digest.ts";
import { EdgebootError } from "../../../model/errors.ts";
import { DEFAULT_UNPACK_LIMITS } from "../../../model/unpack_limits.ts";
import { withoutCredentials } from "../../../pack/index/address.ts";
import type { LockedPackage } from "../../../pack/lock/lock.ts";
import { refused } from "../../../pack/refusal.ts";
import type { PackContext } from "../context.ts";
import type { Bringing } from "./bring_file.ts";
import { keepFile } from "./keep_file.ts";
import { runTool } from "./tools.ts";
import { titleOf } from "./wanted_file.ts";

/**
 * Unpacks an sdist by the rules for layers.
 * @returns the only directory at its top, as PEP 625 has it; absolute
 * @throws EdgebootError ARCHIVE_BROKEN, ARCHIVE_HOSTILE (65) and others of the readers
 */
export async function unpackSdist(
  of: LockedPackage,
  { path, sha256 }: { readonly path: string; readonly sha256: LayerDigest },
  bringing: Bringing,
): Promise<string> {
  const { host, work } = bringing.context;
  const { fs, process } = host;
  const blob = await keepFile(path, sha256, bringing);
  const into = `${work}/sdist-${process.randomId()}`;
  fs.makeDir(into);
  await unpack(blob, { into, limits: DEFAULT_UNPACK_LIMITS }, host);
  const [top, another] = fs.readDir(into);
  if (top?.kind === "directory" && another === undefined) return `${into}/${top.name}`;
  throw refused("sdist", {
    what: `the source of ${titleOf(of)} cannot be built`,
    why: "it has not one directory at its top, as an sdist has",
    next: "build its wheel yourself, and give it with --wheels",
  }, { package: of.name });
}

/**
 * A repository at the commit that was locked.
 * @param text `git+https://host/path@COMMIT`, or as uv writes it `git+https://host/path?rev=x#COMMIT`
 * @throws EdgebootError BUILD_FAILED, PACK_REFUSED (65)
 */
export async function checkOut(
  of: LockedPackage,
  text: string,
  context: PackContext,
): Promise<string> {
  const match = /^git\+(.+?)(?:\?[^#]*)?[@#]([0-9a-f]{40})$/.exec(text);
  if (match === null) {
    throw refused("sdist", {
      what: `${titleOf(of)} cannot be built`,
      why: `it is ${withoutCredentials(text)}, and a git repository at a commit is what can be`,
      next: "build its wheel yourself, and give it with --wheels",
    }, { package: of.name });
  }
  const [, url, commit] = match as unknown as [string, string, string];
  const { host, work } = context;
  const into = `${work}/git-${host.process.randomId()}/${of.name}`;
  const steps = [["clone", "--quiet", "--no-checkout", url, into], [
    "-C",
    into,
    "checkout",
    "--quiet",
    commit,
  ]];
  for (const args of steps) {
    const result = await runTool("git", args, host, { GIT_TERMINAL_PROMPT: "0" });
    if (result?.code === 0) continue;
    throw new EdgebootError("BUILD_FAILED", {
      what: `cannot check out ${titleOf(of)}`,
      why: result === undefined ? "there is no git" : withoutCredentials(result.stderr.trim()),
      next: "check that the repository can be reached from here, or give a wheel with --wheels",
    }, { facts: { package: of.name } });
  }
  return into;
}
