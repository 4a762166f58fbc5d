import { normalizeName } from "../../python/wheel/normalize.ts";
import { allOf, type Edge, wanted } from "./lock.ts";
import { poetryEdges } from "./poetry_dependencies.ts";
import { groupEdges, requiredEdge } from "./project_groups.ts";
import { type Table, unreadable } from "./table.ts";

/**
 * What a project depends on, as its `pyproject.toml` says: `[project]` (PEP 621) and, where that says nothing of
 * them, `[tool.poetry]`. A lock file that tells the app's dependencies from its developers' does not need it.
 * @throws EdgebootError SOURCE_INVALID (65)
 */
export function projectEdges(project: Table | undefined, lock: string): Edge[] {
  if (project === undefined) {
    throw unreadable(
      lock,
      "it does not tell the app's dependencies from its developers', and there is no pyproject.toml " +
        "beside it that does",
    );
  }
  const table = project.table("project");
  const poetry = project.table("tool")?.table("poetry");
  const own = table?.has("dependencies")
    ? pep621Edges(table)
    : poetry === undefined
    ? []
    : poetryEdges(poetry);
  return [...own, ...groupEdges(project)];
}

function pep621Edges(table: Table): Edge[] {
  const optional = table.table("optional-dependencies");
  return [
    ...table.texts("dependencies").map((text) => requiredEdge(text, "dependencies", table)),
    ...optional?.names().flatMap((extra) =>
      optional.texts(extra).map((text) => {
        const edge = requiredEdge(text, extra, optional);
        return { ...edge, marker: allOf(wanted("extras", normalizeName(extra)), edge.marker) };
      })
    ) ?? [],
  ];
}
