import type { SourceFile, Violation } from "./violation.ts";

const FUNCTION = /^export (?:async )?function\*? (\w+)/;

/** Exported functions of `src` without a comment above them that says what they are for. */
export function checkDocstrings({ path, text }: SourceFile): Violation[] {
  if (!path.startsWith("src/")) return [];
  const lines = text.split("\n");
  const seen = new Set<string>();
  return lines.flatMap((line, index): Violation[] => {
    const name = FUNCTION.exec(line)?.[1];
    // The first of several overloads speaks for all.
    if (name === undefined || seen.has(name)) return [];
    seen.add(name);
    const above = lines.slice(0, index).findLast((line) => line.trim() !== "") ?? "";
    if (above.trim().endsWith("*/")) return [];
    const message = `${name} is exported: say above it what it is for`;
    return [{ rule: "docstring", path, line: index + 1, message }];
  });
}
