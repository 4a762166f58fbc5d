import { parseRequirement } from "../../python/pep508/requirement.ts";
import { normalizeName } from "../../python/wheel/normalize.ts";
import { allOf, type Edge, wanted } from "./lock.ts";
import { dependenciesOf } from "./poetry_dependencies.ts";
import type { Table } from "./table.ts";

/** The names of a project's dependency groups, normalized. */
export function projectGroups(project: Table | undefined): string[] {
  return project === undefined ? [] : [...groupsOf(project).keys()];
}

/** What a project's dependency groups ask for, each where its group is wanted. */
export function groupEdges(project: Table): Edge[] {
  return [...groupsOf(project)].flatMap(([group, edges]) =>
    edges().map((edge) => ({
      ...edge,
      marker: allOf(wanted("dependency_groups", group), edge.marker),
    }))
  );
}

/** One requirement of a list in `pyproject.toml`. */
export function requiredEdge(text: string, field: string, table: Table): Edge {
  const requirement = parseRequirement(text);
  if (requirement === undefined) table.refuse(field, "requirements", text);
  const { name, extras, specifiers, marker } = requirement;
  return { name, version: undefined, specifiers, extras, marker };
}

/** Of PEP 735, of Poetry (with the one that it had before it had groups), and of PDM before PEP 735. */
function groupsOf(project: Table): Map<string, () => Edge[]> {
  const tool = project.table("tool");
  const poetry = tool?.table("poetry");
  const groups = new Map<string, () => Edge[]>();
  if (poetry?.has("dev-dependencies")) {
    groups.set("dev", () => dependenciesOf(poetry, "dev-dependencies"));
  }
  const poetryGroups = poetry?.table("group");
  for (const name of poetryGroups?.names() ?? []) {
    groups.set(normalizeName(name), () => dependenciesOf(poetryGroups!.table(name)!));
  }
  for (
    const lists of [
      tool?.table("pdm")?.table("dev-dependencies"),
      project.table("dependency-groups"),
    ]
  ) {
    for (const name of lists?.names() ?? []) {
      groups.set(normalizeName(name), () => listed(name, lists!, new Set()));
    }
  }
  return groups;
}

/** @param above the groups that include this one, normalized: PEP 735 allows no circle, and one ends here */
function listed(name: string, lists: Table, above: ReadonlySet<string>): Edge[] {
  const own = normalizeName(name);
  if (above.has(own)) return [];
  return lists.textsAndTables(name).flatMap((item) => {
    // PDM's `-e file:///…`: what is worked on beside the project.
    if (typeof item === "string" && item.startsWith("-e ")) return [];
    if (typeof item === "string") return requiredEdge(item, name, lists);
    const included = normalizeName(item.text("include-group"));
    const stated = lists.names().find((other) => normalizeName(other) === included) ??
      item.refuse("include-group", "a group of this file", included);
    return listed(stated, lists, new Set([...above, own]));
  });
}
