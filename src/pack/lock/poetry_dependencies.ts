import { parseSpecifiers } from "../../python/pep440/specifiers.ts";
import { type Marker, parseMarker } from "../../python/pep508/marker.ts";
import { parseRequirement } from "../../python/pep508/requirement.ts";
import { normalizeName } from "../../python/wheel/normalize.ts";
import { allOf, anyOf, type Edge, wanted } from "./lock.ts";
import type { Table } from "./table.ts";

/** `[tool.poetry.dependencies]`, with the extras that the optional ones belong to. */
export function poetryEdges(poetry: Table): Edge[] {
  return dependenciesOf(poetry).filter(({ name }) => name !== "python");
}

/**
 * The dependencies of a table that has `dependencies` and `extras`, as Poetry writes both projects and packages.
 * An optional one is wanted where an extra names it.
 */
export function dependenciesOf(table: Table, field = "dependencies"): Edge[] {
  const dependencies = table.table(field);
  return dependencies?.names().flatMap((name) =>
    dependencies.textsAndTables(name).map((stated) => readEdge(name, stated, table.table("extras")))
  ) ?? [];
}

function readEdge(stated: string, value: string | Table, extras: Table | undefined): Edge {
  const name = normalizeName(stated);
  const edge = { name, version: undefined, extras: [], marker: undefined };
  if (typeof value === "string") return { ...edge, specifiers: parseSpecifiers(value) };
  const version = value.optionalText("version");
  const own = allOf(value.marker("markers"), pythonMarker(value), platformMarker(value));
  const isOptional = value.flag("optional") &&
    !/\bextra\b/.test(value.optionalText("markers") ?? "");
  return {
    ...edge,
    // Poetry's own `^1.2` is of no use here: there is hardly ever a second version to tell apart.
    specifiers: version === undefined ? undefined : parseSpecifiers(version),
    extras: value.texts("extras").map(normalizeName),
    marker: isOptional ? allOf(wantedBy(name, extras), own) : own,
  };
}

/** The extras whose lists name it; wanted by nobody where there are none. */
function wantedBy(name: string, extras: Table | undefined): Marker {
  const lists =
    extras?.names().filter((extra) =>
      extras.texts(extra).some((text) => parseRequirement(text)?.name === name)
    ) ?? [];
  return anyOf(lists.map((extra) => wanted("extras", normalizeName(extra)))) ??
    wanted("extras", "");
}

/** `python = "<3.11"`; a form that PEP 440 has not is left to the package's own marker. */
function pythonMarker(value: Table): Marker | undefined {
  const stated = value.optionalText("python")?.replaceAll(" ", "");
  if (stated === undefined || parseSpecifiers(stated) === undefined) return undefined;
  const clauses = stated.split(",").map((clause) =>
    clause.replace(/^([=!<>~]+)(.*)$/, "python_full_version $1 '$2'")
  );
  return parseMarker(clauses.join(" and "));
}

function platformMarker(value: Table): Marker | undefined {
  const platform = value.optionalText("platform");
  return platform === undefined ? undefined : parseMarker(`sys_platform == '${platform}'`);
}
