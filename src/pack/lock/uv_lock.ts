import { normalizeName } from "../../python/wheel/normalize.ts";
import {
  allOf,
  type Edge,
  type Lock,
  type LockedFile,
  type LockedPackage,
  type PackageSource,
  wanted,
} from "./lock.ts";
import { fileNameOf, oneSha256 } from "./locked_file.ts";
import { type Table, unreadable } from "./table.ts";

/** uv reads no other one either; revisions only add to it. */
const VERSION = 1;

/**
 * `uv.lock`: a graph that begins at the project beside it, or at all members of a workspace that has no project of
 * its own. The project itself is no dependency.
 * @throws EdgebootError SOURCE_INVALID (65)
 */
export function readUvLock(document: Table): Lock {
  const { file } = document;
  const version = document.number("version");
  if (version !== VERSION) {
    throw unreadable(file, `it is of version ${version}, and ${VERSION} is known here`);
  }
  const tables = document.tables("package");
  const members = new Set(document.table("manifest")?.texts("members").map(normalizeName));
  const project = tables.filter(isHere);
  const begin = project.length > 0
    ? project
    : tables.filter((table) => members.has(table.project()));
  return {
    file,
    requiresPython: document.specifiers("requires-python"),
    environments: document.markers("supported-markers"),
    // What `uv sync` takes besides is for those who work on the project.
    defaultGroups: [],
    offers: {
      extras: begin.flatMap((table) => [
        ...namesIn(table, "optional-dependencies"),
        ...table.table("metadata")?.texts("provides-extras") ?? [],
      ]).map(normalizeName),
      groups: begin.flatMap((table) => [
        ...namesIn(table, "dev-dependencies"),
        ...table.table("metadata")?.table("requires-dev")?.names() ?? [],
      ]).map(normalizeName),
    },
    packages: tables.filter((table) => !begin.includes(table)).map(readPackage),
    roots: begin.flatMap((table) => [
      ...edgesOf(table),
      ...edgesFor(table, "dev-dependencies", "dependency_groups"),
    ]).filter(({ name }) => !begin.some((table) => table.project() === name)),
  };
}

function namesIn(table: Table, field: string): string[] {
  return table.table(field)?.names() ?? [];
}

function isHere(table: Table): boolean {
  const source = table.table("source");
  return [source?.optionalText("virtual"), source?.optionalText("editable")].includes(".");
}

function readPackage(table: Table): LockedPackage {
  const sdist = table.table("sdist");
  const source = table.table("source");
  return {
    name: table.project(),
    version: table.optionalText("version"),
    marker: undefined,
    requiresPython: undefined,
    source: source === undefined ? { kind: "index", url: undefined } : readSource(source),
    wheels: table.tables("wheels").map((wheel) => readFile(wheel, source)),
    sdist: sdist && readFile(sdist, source),
    dependencies: edgesOf(table),
  };
}

function readSource(source: Table): PackageSource {
  const registry = source.optionalText("registry");
  if (registry !== undefined) return { kind: "index", url: registry };
  const git = source.optionalText("git");
  if (git !== undefined) return { kind: "vcs", text: `git+${git}` };
  if (source.has("url") || source.has("path")) return { kind: "files" };
  const editable = source.optionalText("editable");
  const path = editable ?? source.optionalText("directory") ?? source.text("virtual");
  return { kind: "directory", path, editable: editable !== undefined };
}

/** Of a direct URL or path the source says where it is; a registry may be a directory. */
function readFile(table: Table, source: Table | undefined): LockedFile {
  const url = table.optionalText("url") ?? source?.optionalText("url");
  const inside = table.optionalText("path");
  const registry = source?.optionalText("registry");
  const path = inside !== undefined && registry !== undefined
    ? `${registry}/${inside}`
    : inside ?? source?.optionalText("path");
  const name = table.optionalText("filename") ?? fileNameOf(path ?? url ?? "");
  const hash = table.optionalText("hash");
  return {
    ...{ name, url, path, size: table.number("size") },
    sha256: oneSha256(hash === undefined ? [] : [hash]),
  };
}

function edgesOf(table: Table): Edge[] {
  return [
    ...table.tables("dependencies").map((edge) => readEdge(edge)),
    ...edgesFor(table, "optional-dependencies", "extras"),
  ];
}

function edgesFor(
  table: Table,
  field: string,
  variable: "extras" | "dependency_groups",
): Edge[] {
  const lists = table.table(field);
  return lists?.names().flatMap((list) =>
    lists.tables(list).map((edge) => {
      const read = readEdge(edge);
      return { ...read, marker: allOf(wanted(variable, normalizeName(list)), read.marker) };
    })
  ) ?? [];
}

function readEdge(table: Table): Edge {
  return {
    name: table.project(),
    version: table.optionalText("version"),
    specifiers: undefined,
    extras: table.texts("extra").map(normalizeName),
    marker: table.marker("marker"),
  };
}
