import { command, output } from "./command.ts";
import { firstOf, needsProgram, needsRoot } from "./e2e.ts";
import { kept } from "./kept.ts";

const SUITE = "bookworm";
const MARK = "debian-root-";

/**
 * A Debian 12 root file system of one's own: debootstrap's `minbase` and `packages`. It is made once
 * (most of a minute) and copied at each call (a second); {@link discardRoot} takes the copy away.
 * `missing` says why this machine cannot have one.
 */
export async function debianRoot(
  packages: string[],
): Promise<{ path: string } | { missing: string }> {
  const missing = firstOf(needsRoot, await needsProgram("debootstrap", "--version"));
  if (missing !== undefined) return { missing };
  try {
    const original = await keptRoot(packages);
    const path = await Deno.makeTempDir({ prefix: MARK });
    await output("cp", ["-a", "--reflink=auto", `${original}/.`, path]);
    return { path };
  } catch (error) {
    return { missing: `no Debian root can be made: ${(error as Error).message}` };
  }
}

/**
 * Removes what {@link debianRoot} returned. What is still mounted below is left, and said: a recursive
 * removal would go on into a bind mount of the machine's own /proc, /dev or cache.
 */
export async function discardRoot(path: string): Promise<void> {
  const mounts = (await Deno.readTextFile("/proc/self/mountinfo")).split("\n")
    .map((line) => line.split(" ")[4] ?? "").filter((point) => point.startsWith(`${path}/`));
  if (mounts.length > 0) throw new Error(`still mounted: ${mounts.join(", ")}`);
  await output("rm", ["-rf", "--one-file-system", path]);
}

/** The one that is copied, not to be changed. */
async function keptRoot(packages: readonly string[]): Promise<string> {
  const names = [...new Set(packages)].sort();
  const key = await digestOf([SUITE, ...names].join(" "));
  return await kept(`debian/${MARK}${key}`, async (target) => {
    const mirror = await aptMirror();
    // Packages are downloaded once for all lists.
    const packagesKept = await kept("debian/packages", (path) => Deno.mkdir(path));
    using lock = await Deno.open(`${packagesKept}.used`, { create: true, write: true });
    // Two at once would take each other's half downloads for packages.
    await lock.lock(true);
    const include = names.length === 0 ? [] : [`--include=${names.join(",")}`];
    const { code, stdout, stderr } = await command("debootstrap", [
      ...["--variant=minbase", `--cache-dir=${packagesKept}`, ...include],
      ...[SUITE, target, mirror],
    ]);
    if (code !== 0) throw new Error(`debootstrap: ${lastLine(stderr) || lastLine(stdout)}`);
    // What an image leaves out, too: every use copies the rest.
    await output("sh", ["-c", `rm -rf "$0"/var/lib/apt/lists/* "$0"/var/cache/apt/*`, target]);
    await Deno.chmod(target, 0o755);
  });
}

/** Where this machine's apt gets Debian 12 from. */
async function aptMirror(): Promise<string> {
  const format = "$(RELEASE) $(COMPONENT) $(REPO_URI)";
  const targets = await output("apt-get", ["indextargets", "--format", format]);
  for (const line of targets.split("\n")) {
    const [release, component, mirror] = line.trim().split(" ");
    if (release === SUITE && component === "main" && mirror !== undefined) return mirror;
  }
  throw new Error(`apt's sources name no mirror of Debian ${SUITE}`);
}

async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest).subarray(0, 6)]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
