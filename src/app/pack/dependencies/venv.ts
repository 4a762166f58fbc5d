import type { Dependencies, PrefixFile } from "../../../pack/dependencies.ts";
import { refused } from "../../../pack/refusal.ts";
import type { PackTarget } from "../../../pack/target.ts";
import { parseScripts } from "../../../python/entry_points.ts";
import { parseRecord } from "../../../python/wheel/record.ts";
import { portableScript } from "../../../pack/portable_script.ts";
import type { PackContext } from "../context.ts";
import { absolute } from "../files.ts";
import { refuseForeign } from "./site_packages.ts";
import { sourceMissing } from "./source_missing.ts";

/**
 * What a virtual environment has: its site-packages, and what its projects have put beside it: scripts that no entry
 * point makes, `share/`, `etc/` and the like. The pip that installed it stays behind.
 * @throws EdgebootError SOURCE_INVALID, PACK_REFUSED (65)
 */
export function fromVenv(stated: string, target: PackTarget, context: PackContext): Dependencies {
  const { fs } = context.host;
  const directory = absolute(stated, context);
  if (fs.stat(`${directory}/pyvenv.cfg`)?.kind !== "file") {
    throw sourceMissing(stated, "it has no pyvenv.cfg, so it is no virtual environment", NEXT);
  }
  const site = siteOf(stated, directory, target, context);
  refuseForeign(site, target, context);
  const names = fs.readDir(site).map(({ name }) => name);
  const without = new Set(names.filter((name) => /^pip(?:-.*\.dist-info)?$/.test(name)));
  const beside = names.filter((name) => name.endsWith(".dist-info") && !without.has(name))
    .flatMap((name) => besideOf(`${site}/${name}`, site, directory, context));
  return { kind: "tree", directory: site, without, beside };
}

const NEXT = "name a virtual environment, or a site-packages with --site-packages";

/** `lib/python3.11/site-packages` */
function siteOf(
  stated: string,
  directory: string,
  { python }: PackTarget,
  { host: { fs } }: PackContext,
): string {
  const site = `${directory}/lib/python${python}/site-packages`;
  if (fs.stat(site)?.kind === "directory") return site;
  const others = fs.stat(`${directory}/lib`) === undefined
    ? []
    : fs.readDir(`${directory}/lib`).map(({ name }) => name).filter((name) =>
      /^python3/.test(name)
    );
  if (others.length === 0) {
    throw sourceMissing(stated, "it has no lib/python3.N/site-packages", NEXT);
  }
  throw refused("wheel-unfit", {
    what: `${stated} is not for Python ${python}`,
    why: `it is an environment of ${others.join(", ")}`,
    next: "name its version with --python, or make an environment of the version that is meant",
  }, { path: stated });
}

/** What a project's RECORD names outside of site-packages. */
function besideOf(
  distInfo: string,
  site: string,
  prefix: string,
  context: PackContext,
): PrefixFile[] {
  const { fs } = context.host;
  const text = (name: string) =>
    fs.stat(`${distInfo}/${name}`)?.kind === "file" ? fs.readText(`${distInfo}/${name}`) : "";
  const made = parseScripts(text("entry_points.txt")).callables;
  const rows = parseRecord(text("RECORD")) ?? [];
  return rows.flatMap(({ path }): PrefixFile[] => {
    if (!path.startsWith("../")) return [];
    const from = absolute(`${site}/${path}`, context);
    if (!from.startsWith(`${prefix}/`) || from.endsWith(".pyc")) return [];
    const inside = from.slice(prefix.length + 1);
    const stat = fs.lstat(from);
    // Wrappers of entry points are made anew where the app starts.
    if (stat?.kind !== "file" || made.has(inside.replace(/^bin\//, ""))) return [];
    const executable = (stat.mode & 0o111) !== 0;
    if (!inside.startsWith("bin/")) {
      return [{ kind: "file", path: inside, from, size: stat.size, executable }];
    }
    const bytes = portableScript(fs.readBytes(from), prefix);
    // Some installers keep the mode that the wheel has.
    return [{ kind: "made", path: inside, bytes, executable: true }];
  });
}
