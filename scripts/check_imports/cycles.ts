import { findImports } from "./imports.ts";
import { resolve } from "./paths.ts";
import { tokenize } from "./tokens.ts";
import type { SourceFile, Violation } from "./violation.ts";

/**
 * Files that import each other in a circle, types and `import()` included: none of them can be read,
 * moved or tested without all the others. What both sides use belongs into a file of its own.
 * One violation for each knot of files that can all reach one another.
 */
export function checkCycles(files: readonly SourceFile[]): Violation[] {
  const graph = new Map(files.map(({ path, text }) => [path, importsOf(path, text)]));
  return knots(graph).map((paths) => {
    const circle = shortestCircle(paths, graph);
    return {
      rule: "no-cycles",
      path: circle[0]!,
      line: graph.get(circle[0]!)!.get(circle[1] ?? circle[0]!)!,
      message: `imports itself: ${[...circle, circle[0]].join(" → ")}; move what both use`,
    };
  });
}

/** Imported path → line. */
type Imports = ReadonlyMap<string, number>;

function importsOf(path: string, text: string): Imports {
  const imports = new Map<string, number>();
  for (const { specifier, line } of findImports(tokenize(text))) {
    if (!specifier?.startsWith(".")) continue;
    const target = resolve(path, specifier);
    if (!imports.has(target)) imports.set(target, line);
  }
  return imports;
}

/** Strongly connected components with a circle in them (Tarjan 1972), each sorted. */
function knots(graph: ReadonlyMap<string, Imports>): string[][] {
  const order = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (path: string): number => {
    let low = order.size;
    order.set(path, low);
    open.push(path);
    for (const next of graph.get(path)!.keys()) {
      if (!graph.has(next)) continue;
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (open.includes(next)) low = Math.min(low, order.get(next)!);
    }
    if (low === order.get(path)) {
      const knot = open.splice(open.indexOf(path));
      if (knot.length > 1 || graph.get(path)!.has(path)) found.push(knot.sort());
    }
    return low;
  };
  for (const path of graph.keys()) if (!order.has(path)) visit(path);
  return found;
}

/** Breadth first from each file of a knot. */
function shortestCircle(knot: readonly string[], graph: ReadonlyMap<string, Imports>): string[] {
  let shortest: string[] | undefined;
  for (const start of knot) {
    const ways: string[][] = [[start]];
    const seen = new Set<string>();
    for (const way of ways) {
      if (shortest !== undefined && way.length >= shortest.length) break;
      const nexts = [...graph.get(way.at(-1)!)!.keys()].filter((next) => knot.includes(next));
      if (nexts.includes(start)) {
        shortest = way;
        break;
      }
      for (const next of nexts.filter((next) => !seen.has(next))) {
        seen.add(next);
        ways.push([...way, next]);
      }
    }
  }
  return shortest!;
}
