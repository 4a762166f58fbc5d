import type { Elf } from "./file.ts";
import { elfReader } from "./read.ts";
import { importability, isModule } from "./names.ts";
import { interpreterProcess, load, NOTHING_LOADED, type ReadElf } from "./process.ts";
import { Findings } from "./findings.ts";
import type { WalkReport } from "./report.ts";
import { Loader } from "./loader.ts";
import { isFor } from "./machines.ts";
import type { PythonInfo } from "../model/python_info.ts";
import type { Look } from "./look.ts";
import type { LibrarySearch } from "./system_libs.ts";
import { treeElfs } from "./tree_elfs.ts";

interface Found {
  readonly path: string;
  readonly elf: Elf;
}

/**
 * Loads every ELF file of the trees on paper and reports what the loader would not find. Each extension
 * module is loaded into an interpreter of its own, as `ldd` looks at one file at a time; programs stand
 * for themselves. Libraries that some module has brought along were looked at on its way, with the search
 * paths that they inherit there; those that nobody names are loaded as by dlopen(3).
 */
export function walkElfs(python: PythonInfo, search: LibrarySearch, look: Look): WalkReport {
  const loader = new Loader(python, search.libraryPath, look);
  const read = elfReader(look);
  const findings = new Findings(python, (path) => look.realPath(path));
  const interpreter = interpreterProcess(look.realPath(python.path), loader, read);
  const files = loadable(python, search.trees ?? [], read, findings, look);
  findings.knowTree(files);

  const isProgram = ({ elf }: Found) => elf.interpreter !== undefined && elf.soname === undefined;
  for (const { path, elf } of files.filter(isProgram)) {
    findings.begin(path);
    if (look.kindOf(elf.interpreter!) === undefined) findings.noInterpreter(path, elf.interpreter!);
    else load(path, elf, undefined, NOTHING_LOADED, loader, read, findings);
  }
  const libraries = files.filter((file) => !isProgram(file));
  for (const { path, elf } of inOrder(libraries, findings)) {
    findings.begin(path);
    const { object, loaded } = interpreter ?? { object: undefined, loaded: NOTHING_LOADED };
    load(path, elf, object, loaded, loader, read, findings);
  }
  return findings.report();
}

/** What this interpreter could load at all; what it could not is counted, or told. */
function loadable(
  python: PythonInfo,
  trees: readonly string[],
  read: ReadElf,
  findings: Findings,
  look: Look,
): Found[] {
  const files: Found[] = [];
  for (const { path, elf } of trees.flatMap((root) => [...treeElfs(root, read, look)])) {
    if (elf.kind === "broken") findings.broken(path, elf.why);
    else if (elf.type === "other" || importability(path, python) === "other-python") {
      findings.passedOver();
    } else if (!isFor(python.machine, elf)) findings.otherMachine(path, elf);
    else files.push({ path, elf });
  }
  return files;
}

/**
 * Extension modules first: what they load need not be looked at on its own. Of the rest, first what no
 * other one of the rest needs; what is left then needs one another in a circle.
 */
function* inOrder(libraries: readonly Found[], findings: Findings): Generator<Found> {
  const rest = libraries.filter(({ path }) => !isModule(path));
  yield* libraries.filter(({ path }) => isModule(path));
  const unseen = rest.filter(({ path }) => !findings.hasSeen(path));
  const needed = new Set(unseen.flatMap(({ elf }) => elf.needed));
  const nameOf = ({ path, elf }: Found) => elf.soname ?? path.slice(path.lastIndexOf("/") + 1);
  yield* unseen.filter((file) => !needed.has(nameOf(file)));
  for (const file of unseen) {
    if (!findings.hasSeen(file.path)) yield file;
  }
}
