import { changes, type Mutant } from "../mutant.ts";

const COMPOSER = ["tests/store/environment/composer_test.ts"];

const composer = changes("src/store/environment/composer.ts", COMPOSER);
const held = changes("src/store/manage/environments.ts", COMPOSER);
const whole = changes("src/store/environment/whole.ts", [
  ...COMPOSER,
  "tests/store/environment/whole_test.ts",
]);
const derived = changes("src/store/manage/sweep_derived.ts", [
  "tests/store/manage/sweep_derived_test.ts",
]);
const leased = changes("src/app/start/environment.ts", ["tests/app/start"]);
const compiled = changes("src/python/compile_program.ts", ["tests/python/compile_program_test.ts"]);
const status = changes("src/app/start/keep_informed.ts", ["tests/app/start/supervised_test.ts"]);

/** Virtual environments and bytecode: how they come, stay and go. */
export const ENVIRONMENTS: readonly Mutant[] = [
  composer(
    "await fs.syncFileSystem(made);",
    "",
    "an environment is shown before it is on the disk, and half of it after a power cut",
  ),
  composer(
    "fs.syncDir(this.places.home.environments);",
    "",
    "nobody makes sure that an environment that was shown is there after a power cut",
  ),
  composer("if (isWhole(to, fs)) return;", "return;", "a broken environment stays for ever"),
  composer(
    "if (!this.#moved(isWhole(aside, fs) ? aside : from, to)) return;",
    "if (!this.#moved(from, to)) return;",
    "what another process has made in place of a broken environment is thrown away, while it runs from it",
  ),
  held(
    "if (layers !== undefined && !layers.includes(digest)) continue;",
    "if (layers !== undefined) continue;",
    "a tree is collected while somebody runs in an environment that is made of it",
  ),
  whole(
    "if (stat === undefined || !kinds.includes(stat.kind)) return false;",
    "if (stat === undefined) return false;",
    "a pipe in place of pyvenv.cfg keeps every start waiting",
  ),
  whole("stat.size > 0 &&", "", "an environment whose pyvenv.cfg is empty is started in"),
  derived(
    "if (!isLeft()) return false;\n      const path = layout.bytecodeOf(digest);",
    "const path = layout.bytecodeOf(digest);",
    "bytecode of a tree that is there is swept away",
  ),
  derived(
    "if (this.unowned.has(lease)) return this.unowned.underLock(lease, remove, path);",
    "",
    "bytecode is swept away from under somebody who fetches its tree, or stays for a day",
  ),
  derived(
    "this.unowned.age(path) > HOUR_MS",
    "true",
    "bytecode is taken away from under the Python that writes it",
  ),
  leased(
    "leases: composed.covers ? composed.leases : [...leases, ...composed.leases],",
    "leases: composed.leases,",
    "where an environment has no lease, or is elsewhere, its trees can be collected while they run",
  ),
  compiled(
    "return (seconds, size) != (",
    "return seconds != (int(stat.st_mtime) & 0xFFFFFFFF) or False and (seconds, size) != (",
    "bytecode of a source of another size is taken for its own",
  ),
  compiled(
    "if head[:4] != NONE:",
    "if False:",
    "bytecode of another Python is taken for this one's, and every start compiles anew",
  ),
  status(
    "retryListeners.add(heed);",
    "",
    "a service that waits for a second attempt looks as if it hung",
  ),
];
