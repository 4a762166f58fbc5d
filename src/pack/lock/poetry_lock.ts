import { parseSpecifiers } from "../../python/pep440/specifiers.ts";
import type { Marker } from "../../python/pep508/marker.ts";
import { normalizeName } from "../../python/wheel/normalize.ts";
import { allOf, anyOf, type Lock, type LockedFile, type LockedPackage, wanted } from "./lock.ts";
import type { PackageSource } from "./lock.ts";
import { fileNameOf, isWheelFile, oneSha256 } from "./locked_file.ts";
import { dependenciesOf } from "./poetry_dependencies.ts";
import { projectEdges } from "./project_edges.ts";
import { projectGroups } from "./project_groups.ts";
import { Table, unreadable } from "./table.ts";

const MAIN_GROUP = "main";

/**
 * `poetry.lock`: of lock version 2.1 (Poetry 2) each package has its groups and markers; of 1.1 and 2.0 it is a graph,
 * which begins in `pyproject.toml`. Files have no address: the index has them under their names.
 * @param project the `pyproject.toml` beside it
 * @throws EdgebootError SOURCE_INVALID (65)
 */
export function readPoetryLock(document: Table, project: Table | undefined): Lock {
  const { file } = document;
  const metadata = document.table("metadata");
  const version = metadata?.optionalText("lock-version") ?? "none";
  if (!/^(?:1\.1|2\.\d+)$/.test(version)) {
    throw unreadable(file, `it is of lock version ${version}, and 1.1, 2.0 and 2.1 are known here`);
  }
  const tables = document.tables("package");
  const isFlat = version !== "1.1" && version !== "2.0";
  const filesOf = (table: Table) =>
    table.has("files")
      ? table.tables("files")
      : metadata?.table("files")?.tables(table.text("name")) ?? [];
  return {
    file,
    // As the project states it: `^3.11` is Poetry's own, and then the packages' words have to do.
    requiresPython: parseSpecifiers(metadata?.optionalText("python-versions") ?? "x"),
    environments: [],
    defaultGroups: [MAIN_GROUP],
    offers: {
      extras: document.table("extras")?.names().map(normalizeName) ?? [],
      groups: isFlat
        ? [...new Set(tables.flatMap((table) => table.texts("groups").map(normalizeName)))]
        : projectGroups(project),
    },
    packages: tables.map((table) => readPackage(table, filesOf(table), isFlat)),
    roots: isFlat ? undefined : projectEdges(project, file),
  };
}

function readPackage(table: Table, listed: readonly Table[], isFlat: boolean): LockedPackage {
  const source = table.table("source");
  const files = listed.map((file) => readFile(file, source));
  return {
    name: table.project(),
    version: table.optionalText("version"),
    marker: isFlat ? groupMarker(table) : undefined,
    requiresPython: undefined,
    source: source === undefined ? { kind: "index", url: undefined } : readSource(source),
    wheels: files.filter(({ name }) => isWheelFile(name)),
    sdist: files.find(({ name }) => !isWheelFile(name)),
    dependencies: isFlat ? [] : dependenciesOf(table),
  };
}

/** One marker for all groups, or one of each. */
function groupMarker(table: Table): Marker | undefined {
  const groups = table.texts("groups");
  const byGroup = table.isTable("markers") ? table.table("markers") : undefined;
  const one = byGroup === undefined ? table.marker("markers") : undefined;
  const markers = groups.flatMap((group) =>
    allOf(wanted("dependency_groups", normalizeName(group)), byGroup?.marker(group) ?? one) ?? []
  );
  return anyOf(markers);
}

function readSource(source: Table): PackageSource {
  const [type, url] = [source.text("type"), source.text("url")];
  switch (type) {
    case "legacy":
      return { kind: "index", url };
    case "directory":
      return { kind: "directory", path: url, editable: false };
    case "git":
    case "hg":
      return { kind: "vcs", text: `${type}+${url}@${source.text("resolved_reference")}` };
    default:
      return { kind: "files" };
  }
}

function readFile(table: Table, source: Table | undefined): LockedFile {
  const type = source?.optionalText("type");
  const address = source?.optionalText("url");
  const name = table.optionalText("file") ?? fileNameOf(address ?? "");
  return {
    name,
    url: type === "url" ? address : undefined,
    path: type === "file" ? address : undefined,
    size: undefined,
    sha256: oneSha256([table.text("hash")]),
  };
}
