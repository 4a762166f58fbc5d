import { UNDOCUMENTED } from "./architecture.ts";
import type { SourceFile, Violation } from "./violation.ts";

const FUNCTION = /^export (?:async )?function\*? (\w+)/;

/** Exported functions of `src` without a comment above them that says what they are for. */
export function undocumented({ path, text }: SourceFile): { name: string; line: number }[] {
  if (!path.startsWith("src/")) return [];
  const lines = text.split("\n");
  const seen = new Set<string>();
  return lines.flatMap((line, index) => {
    const name = FUNCTION.exec(line)?.[1];
    // The first of several overloads speaks for all.
    if (name === undefined || seen.has(name)) return [];
    seen.add(name);
    const above = lines.slice(0, index).findLast((line) => line.trim() !== "") ?? "";
    return above.trim().endsWith("*/") ? [] : [{ name, line: index + 1 }];
  });
}

/** More of them in a room than it had; the numbers in architecture.ts only ever fall. */
export function checkDocstrings(files: readonly SourceFile[]): Violation[] {
  const rooms = Map.groupBy(files, ({ path }) => path.split("/")[1] ?? "");
  return [...rooms].flatMap(([room, files]) => {
    const missing = files.flatMap((file) =>
      undocumented(file).map(({ name, line }): Violation => ({
        ...{ rule: "docstring", path: file.path, line },
        message: `${name} is exported: say above it what it is for`,
      }))
    );
    return missing.length > (UNDOCUMENTED[room] ?? 0) ? missing : [];
  });
}
