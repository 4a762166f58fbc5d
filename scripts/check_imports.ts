/**
 * Holds the source to the architecture: which room may import which, who may touch the outside, how
 * long a file may be, what lies at the top, what is written once; and what git keeps to its form. The
 * rules are data in check_imports/architecture.ts.
 *
 *   deno run -A scripts/check_imports.ts
 */
import { checkCycles } from "./check_imports/cycles.ts";
import { checkDocstrings } from "./check_imports/docstrings.ts";
import { checkExitCodes } from "./check_imports/exit_codes.ts";
import { checkRepository } from "./check_imports/repository.ts";
import { checkLayout, checkSource } from "./check_imports/rules.ts";
import type { SourceFile, Violation } from "./check_imports/violation.ts";

const CHECKED = ["src", "scripts", "tests"];

export async function checkProject(root: string): Promise<Violation[]> {
  const violations = checkLayout([...Deno.readDirSync(root)].map((entry) => entry.name));
  const files = await Array.fromAsync(sourceFiles(root));
  for (const file of files) {
    violations.push(...checkSource(file), ...checkExitCodes(file), ...checkDocstrings(file));
  }
  return [...violations, ...checkCycles(files), ...await checkRepository(root)];
}

async function* sourceFiles(root: string): AsyncGenerator<SourceFile> {
  yield { path: "main.ts", text: await Deno.readTextFile(`${root}/main.ts`) };
  for (const directory of CHECKED) yield* filesBelow(root, directory);
}

async function* filesBelow(root: string, directory: string): AsyncGenerator<SourceFile> {
  for (const entry of Deno.readDirSync(`${root}/${directory}`)) {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory) yield* filesBelow(root, path);
    else if (/\.[cm]?[jt]sx?$/.test(path)) {
      yield { path, text: await Deno.readTextFile(`${root}/${path}`) };
    }
  }
}

export function formatViolation({ rule, path, line, message }: Violation): string {
  return `${path}${line > 0 ? `:${line}` : ""}: ${message} [${rule}]`;
}

if (import.meta.main) {
  const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
  const violations = await checkProject(root);
  for (const violation of violations) console.error(formatViolation(violation));
  console.error(
    `rules: ${violations.length === 0 ? "kept" : `${violations.length} broken`}`,
  );
  Deno.exit(violations.length === 0 ? 0 : 1);
}
