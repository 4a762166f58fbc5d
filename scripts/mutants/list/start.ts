import { changes, type Mutant } from "../mutant.ts";

const TESTS = ["tests/app/start"];
const leases = changes("src/app/start/leased_trees.ts", TESTS);
const named = changes("src/app/start/follow_channel.ts", TESTS);
const freshness = changes("src/app/start/freshness.ts", TESTS);
const planned = changes("src/app/start/planned.ts", ["tests/app/start/planned_test.ts"]);
const remember = changes("src/app/start/remember.ts", TESTS);
const lastGood = changes("src/app/start/last_good.ts", [...TESTS, "tests/app/fetch"]);
const plan = changes("src/launch/plan.ts", ["tests/launch/plan_test.ts"]);
const variables = changes("src/launch/variables.ts", ["tests/launch/plan_test.ts"]);
const fit = changes("src/launch/fit.ts", ["tests/launch/fit_test.ts"]);
const roots = changes("src/launch/import_roots.ts", ["tests/launch/tree_paths_test.ts"]);
const program = changes("src/launch/program.ts", ["tests/launch/program_test.ts"]);

export const START: readonly Mutant[] = [
  leases(
    "return { trees, fetchedLayers: missing.length, leases };",
    "return { trees, fetchedLayers: missing.length, leases: [] };",
    "the leases of a cold start are not handed on: what runs can be collected",
    "never",
  ),
  leases(
    "fetchedLayers: 0, leases: held };",
    "fetchedLayers: 0, leases: [] };",
    "the leases of a warm start are not handed on",
  ),
  named(
    "if (found === digest) return answer.text;",
    "if (found.slice(0, 12) === digest.slice(0, 12)) return answer.text;",
    "the digest of a release is compared by its first twelve digits",
    "never",
  ),
  remember(
    "if (document !== undefined && !records.saveRelease(document.digest, document.text)) return;",
    "if (document !== undefined) records.saveRelease(document.digest, document.text);",
    "a ref stands for a release that is not there",
  ),
  freshness(
    "return age >= 0 && age < refresh.ms;",
    "return age < refresh.ms;",
    "a clock that was set back keeps a channel where it is",
  ),
  planned(
    'return stat?.kind === "file" && fileValidator(stat) === validator;',
    'return stat?.kind === "file";',
    "a directory registry with a new release is not looked at",
  ),
  lastGood(
    "new Set([65, 69, 73, 74, 75, 126, 127]);",
    "new Set([69, 73, 74, 75, 126, 127]);",
    "a broken publish stops every start",
  ),
  lastGood(
    "if (config.strict || !(error",
    "if (!(error",
    "`--strict` starts the last good release all the same",
  ),
  plan(
    "if (unset.has(name)) set.set(name, value);",
    "if (false) set.set(name, value);",
    "a release's default for a variable that edgeboot drops is lost",
    "never",
  ),
  plan(
    "const unset = new Set([...DROPPED, ...controlVariables]);",
    "const unset = new Set(DROPPED);",
    "the token reaches the app",
  ),
  variables(
    "for (const name of set.keys()) unset.delete(name);",
    "",
    "a variable is both set and removed",
  ),
  variables(
    ".filter((part) => part);",
    ".filter((part) => part !== undefined);",
    "an empty PYTHONPATH puts the working directory on the path",
  ),
  variables(
    'set.get("PATH") || inherited.get("PATH") || DEFAULT_PATH',
    'set.get("PATH") ?? inherited.get("PATH") ?? DEFAULT_PATH',
    "an empty PATH makes programs of the working directory run",
  ),
  fit(
    "match.rank > chosen.rank",
    "match.rank >= chosen.rank",
    "of two variants that fit alike the last one is chosen",
  ),
  fit(
    "const excluded = wrongVersion(release, python);\n  if (excluded",
    "const excluded = undefined;\n  if (excluded",
    "a release starts under a Python that it rules out",
  ),
  roots(
    "else refuseOtherVersion(prefix, layer, python, fs);",
    "",
    "an environment of another Python version is started, and fails at import",
  ),
  program(
    "...(input.args.length === 0 ? entry.defaultArgs ?? [] : input.args),",
    "...(entry.defaultArgs ?? []), ...input.args,",
    "default arguments stay where a caller gives others",
  ),
];
