import type { MissingLibrary, MissingVersion, WalkReport } from "../../elf/report.ts";
import { walkElfs } from "../../elf/walk.ts";
import { dispensable, packageOf } from "../../elf/library_packages.ts";
import { describeMissing, missingLibraries } from "../../elf/system_libs.ts";
import { loaderLook } from "../../launch/loader_look.ts";
import { librarySearch } from "../start/libraries.ts";
import type { Selection } from "../start/python.ts";
import type { ResolvedRelease } from "../start/resolved_release.ts";
import { missingLayers } from "../start/trees.ts";
import { type Check, ok, problem, warning } from "./check.ts";
import { mountOf } from "./mounts.ts";
import type { WithCache } from "./surroundings.ts";

const MOST_FILES = 3;

/** What the release says that it needs of the system, and what its files really need. */
export function checkLibraries(
  release: ResolvedRelease,
  { variant, python }: Selection,
  opened: WithCache,
): Check[] {
  const { context, mounts } = opened;
  const look = loaderLook(context.host.fs);
  const search = librarySearch(release, variant, python, context);
  const checks: Check[] = [];
  if (variant.systemLibs.length > 0) {
    const missing = missingLibraries(variant.systemLibs, python, search, look);
    const text = missing.length === 0
      ? `${variant.systemLibs.join(", ")}: all found`
      : `missing: ${describeMissing(missing)}`;
    const next = "install them in the base image";
    checks.push(
      missing.length === 0
        ? ok("system_libs", text)
        : problem("system_libs", "VARIANT_UNFIT", text, next, { facts: { missing } }),
    );
  }
  if (python.os !== "linux") return checks;
  const absent = missingLayers(variant, context).length;
  if (absent > 0) {
    const next = `\`edgeboot doctor --fetch ${release.label}\` fetches them and looks`;
    const which = absent === variant.layers.length ? "no layer is" : `${absent} layers are not`;
    checks.push(warning("libraries", `not looked at: ${which} cached yet`, next));
    return checks;
  }
  const walk = walkElfs(python, search, look);
  const short = shortener(search.trees ?? []);
  const place = search.trees?.[0];
  const noexec = place !== undefined && walk.files > 0 &&
    mountOf(place, mounts)?.options.includes("noexec");
  return [...checks, ...(noexec ? [cannotMap(walk)] : []), ...tell(walk, short)];
}

function cannotMap({ files }: WalkReport): Check {
  const text = `the cache is mounted noexec, and ${files} compiled files of this app are in it`;
  return problem(
    "noexec",
    "VARIANT_UNFIT",
    text,
    "remount it with exec, or point --cache elsewhere",
  );
}

function tell(walk: WalkReport, short: (path: string) => string): Check[] {
  const findings = [
    ...walk.missing.map((each) => tellMissing(each, short)),
    ...walk.versions.map((each) => tellVersion(each, short)),
    ...walk.odd.map(({ file, why, decisive }) => {
      const text = `${short(file)}: ${why}`;
      const next = "build or choose the layer for this machine";
      return decisive
        ? problem("file", "VARIANT_UNFIT", text, next)
        : warning("file", text, `${next}, if the app uses that file`);
    }),
  ];
  const found = findings.length === 0 ? ", all that they need is there" : "";
  const passed = walk.passedOver === 0 ? "" : `; ${walk.passedOver} are for other Pythons`;
  const { files, passedOver, missing, versions, odd } = walk;
  const facts = {
    ...{ files, passed_over: passedOver, versions, odd },
    missing: missing.map(({ inTree, ...each }) => ({ ...each, in_tree: inTree })),
  };
  return [ok("libraries", `${walk.files} ELF files${found}${passed}`, { facts }), ...findings];
}

function tellMissing(missing: MissingLibrary, short: (path: string) => string): Check {
  const { library, files, decisive, inTree } = missing;
  const details = needers(files, short);
  const spare = dispensable(library);
  if (spare !== undefined) return warning("library", `${library} is missing`, spare, { details });
  if (inTree !== undefined) {
    const text = `${library} is found by no search path, though it is ${short(inTree)}`;
    const next =
      "it works where something loads it before; else give its users an rpath ($ORIGIN/…)";
    return warning("library", text, next, { details });
  }
  const name = packageOf(library);
  const next = name === undefined
    ? `install what provides it in the base image (Debian: \`apt-file search ${library}\`)`
    : `Debian, Ubuntu: apt-get install ${name}`;
  const text = `${library} is missing`;
  if (decisive) return problem("library", "VARIANT_UNFIT", text, next, { details });
  return warning("library", `${text}; no extension module needs it`, `if the app does: ${next}`, {
    details,
  });
}

function tellVersion(
  { version, library, path, files, decisive }: MissingVersion,
  short: (path: string) => string,
): Check {
  const details = needers(files, short);
  const text = `${version} is not in ${library} (${short(path)})`;
  const next = /^GLIBC_/.test(version)
    ? "use a base image with a newer glibc, or layers built for this one (manylinux tags)"
    : "use a base image with a newer version of that library, or layers that bring it along";
  return decisive
    ? problem("version", "VARIANT_UNFIT", text, next, { details })
    : warning("version", text, next, { details });
}

function needers(files: readonly string[], short: (path: string) => string): string[] {
  const lines = files.slice(0, MOST_FILES).map((file) => `needed by ${short(file)}`);
  const more = files.length - MOST_FILES;
  return more > 0 ? [...lines, `and ${more} more files`] : lines;
}

/** Paths below a tree, without the 64 digits in front. */
function shortener(trees: readonly string[]): (path: string) => string {
  return (path) => {
    const tree = trees.find((root) => path.startsWith(`${root}/`));
    return tree === undefined ? path : path.slice(tree.length + 1);
  };
}
