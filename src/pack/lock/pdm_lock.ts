import { normalizeName } from "../../python/wheel/normalize.ts";
import { parseRequirement } from "../../python/pep508/requirement.ts";
import {
  allOf,
  anyOf,
  type Edge,
  type Lock,
  type LockedFile,
  type LockedPackage,
  type PackageSource,
  wanted,
} from "./lock.ts";
import { fileNameOf, isWheelFile, oneSha256 } from "./locked_file.ts";
import { projectEdges } from "./project_edges.ts";
import { type Table, unreadable } from "./table.ts";

const DEFAULT_GROUP = "default";

/**
 * `pdm.lock`, of lock version 4. With the strategy `inherit_metadata` each package has its groups and its marker;
 * without it a graph, which begins in the project's `pyproject.toml`.
 * @param project the `pyproject.toml` beside it
 * @throws EdgebootError SOURCE_INVALID (65)
 */
export function readPdmLock(document: Table, project: Table | undefined): Lock {
  const { file } = document;
  const metadata = document.table("metadata");
  const version = metadata?.optionalText("lock_version") ?? "none";
  if (!version.startsWith("4.")) {
    throw unreadable(file, `it is of lock version ${version}, and 4 is known here`);
  }
  const tables = document.tables("package");
  const groups = metadata?.texts("groups").map(normalizeName) ?? [];
  const isFlat = metadata?.texts("strategy").includes("inherit_metadata");
  return {
    file,
    requiresPython: undefined,
    environments: [],
    defaultGroups: [DEFAULT_GROUP],
    offers: { extras: groups, groups },
    packages: merged(tables.map((table) => readPackage(table, isFlat ?? false))),
    roots: isFlat ? undefined : projectEdges(project, file),
  };
}

/** A package with extras is an entry of its own, which names the same files. */
function merged(packages: readonly LockedPackage[]): LockedPackage[] {
  const groups = Map.groupBy(packages, ({ name, version }) => `${name} ${version}`);
  return [...groups.values()].map((entries) => {
    const markers = entries.map(({ marker }) => marker);
    const isSometimes = markers.every((marker) => marker !== undefined);
    return {
      ...entries[0]!,
      marker: isSometimes ? anyOf(markers) : undefined,
      dependencies: entries.flatMap(({ dependencies }) => dependencies),
    };
  });
}

function readPackage(table: Table, isFlat: boolean): LockedPackage {
  const source = readSource(table);
  const url = table.optionalText("url");
  const files = table.tables("files").map((file) => readFile(file, url));
  // An extra of the project is a group like any other here.
  const groups = table.texts("groups").map(normalizeName).flatMap((group) => [
    wanted("dependency_groups", group),
    wanted("extras", group),
  ]);
  return {
    name: table.project(),
    version: table.optionalText("version"),
    marker: isFlat ? allOf(anyOf(groups), table.marker("marker")) : undefined,
    requiresPython: table.specifiers("requires_python"),
    source,
    wheels: files.filter(({ name }) => isWheelFile(name)),
    sdist: files.find(({ name }) => !isWheelFile(name)),
    dependencies: isFlat ? [] : readEdges(table),
  };
}

function readSource(table: Table): PackageSource {
  for (const vcs of ["git", "hg", "svn", "bzr"]) {
    const url = table.optionalText(vcs);
    if (url !== undefined) {
      return { kind: "vcs", text: `${vcs}+${url}@${table.optionalText("revision") ?? "HEAD"}` };
    }
  }
  const path = table.optionalText("path");
  if (path !== undefined && !/\.(?:whl|zip|tar\.\w+|tgz)$/.test(path)) {
    return { kind: "directory", path, editable: table.flag("editable") };
  }
  return table.has("url") || path !== undefined
    ? { kind: "files" }
    : { kind: "index", url: undefined };
}

function readFile(table: Table, direct: string | undefined): LockedFile {
  const url = table.optionalText("url") ?? direct;
  const name = table.optionalText("file") ?? fileNameOf(url ?? "");
  const hash = table.optionalText("hash");
  return {
    ...{ name, url, path: undefined, size: undefined },
    sha256: oneSha256(hash === undefined ? [] : [hash]),
  };
}

function readEdges(table: Table): Edge[] {
  const extras = table.texts("extras").map((extra) => wanted("extras", normalizeName(extra)));
  return table.texts("dependencies").flatMap((text) => {
    const requirement = parseRequirement(text);
    if (requirement === undefined) table.refuse("dependencies", "requirements", text);
    const { name, specifiers, extras: of, marker } = requirement;
    // The entry with extras depends on the one without.
    if (name === table.project()) return [];
    return [{
      name,
      version: undefined,
      specifiers,
      extras: of,
      marker: allOf(anyOf(extras), marker),
    }];
  });
}
