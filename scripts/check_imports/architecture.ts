/**
 * The architecture as data. A rule that has to give way does so here, with its reason, and nowhere
 * else.
 */

/** Room → the rooms it may import from, itself and the ports aside. Siblings are not among them. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  model: [],
  host: ["model"],
  config: ["model"],
  registry: ["model"],
  transport: ["model"],
  store: ["model"],
  archive: ["model"],
  elf: ["model"],
  python: ["elf", "model"],
  launch: ["python", "elf", "model"],
  pack: ["python", "elf", "model"],
  app: [
    ...["config", "registry", "transport", "store", "archive"],
    ...["launch", "pack", "python", "elf", "model"],
  ],
  cli: ["app", "config", "model"],
};

/** The types that stand for the outside; every room that is not pure may import them. */
export const PORTS = "src/host/ports.ts";
/** Rooms that are given bytes, texts and listings, and touch nothing themselves. */
export const PURE = ["model", "elf", "python"];
/** Who this program is: imported by those who tell others. */
export const IDENTITY = "src/version.ts";
export const IDENTITY_ROOMS = ["cli", "app", "transport"];

export interface Exception {
  readonly file: string;
  /** Rooms, or single files, that this file may import from besides. */
  readonly may: readonly string[];
  readonly reason: string;
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    file: "src/cli/help/documents.ts",
    may: ["src/archive/rules.ts", "src/archive/format_rules.ts", "src/archive/zip/rules.ts"],
    reason: "the tables of refusals are the help text on archives",
  },
];

/** Main programs, and the rooms that each connects. They lie in no room. */
export const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  // Builds the host, calls the command line and ends the process.
  "main.ts": ["cli", "host", "src/cold.ts"],
  // The same for whatever is not as usual; loaded only then.
  "src/cold.ts": ["cli", "host"],
  // The second thread, bundled on its own: connects the host with the archive readers.
  "src/archive_worker.ts": ["archive", "host"],
};
/** The one program that uses the global Deno itself. */
export const MAIN = "main.ts";

/** The only importer of the seal outside tests: "unpack before verify" must not compile. */
export const SEAL = { module: "src/model/verified_blob.ts", name: "sealVerifiedBlob" } as const;
export const SEALERS = ["src/store/ingest/ingest.ts"];

/**
 * Import-map names that the program may use; the others are for tests. `ignore` is what eslint and others read
 * a `.gitignore` with; it is loaded by `pack` alone.
 */
export const PRODUCTION_PACKAGES = /^@std\/|^ignore$|^aws4fetch$/;

export const LONGEST_FILE = 250;
/** Tables of cases are long by nature and are read one case at a time. */
export const LONGEST_TEST = 500;
/** How a longer file says why, within its first lines. */
export const LONG_REASON = /\b(?:long because|over 250 lines)\b/i;
export const REASON_LINES = 12;

/** Everything that lies at the top; names that begin with a dot are free. */
export const TOP_LEVEL: ReadonlySet<string> = new Set([
  ...["deno.json", "deno.lock", "main.ts", "src", "tests", "scripts"],
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE"],
  // Built, and ignored by git.
  "dist",
]);

/**
 * A room with a face, or with two: other rooms import those files and nothing else of the room. What it says about itself
 * in types is all that they know; what it loads late is its own affair.
 */
export const FACES: Readonly<Record<string, readonly string[]>> = {
  // The second is what a planned start knows of it.
  store: ["src/store/mod.ts", "src/store/planned.ts"],
};

/** Where things lie below the cache's root: names that no other file may write into a string. */
export const LAYOUT = {
  file: "src/store/layout.ts",
  names: /(?:^|\/)(?:trees|leases|manifests|releases)\/sha256|(?:^|\/)v1\//,
  /** What people read is not code that follows it. */
  prose: /^src\/cli\/help\//,
} as const;
/** Rooms that read formats, in which 65 is a field's width or a letter. */
export const NUMBERS_OF_FORMATS = ["archive", "elf"];

/** Exit codes follow from an error's code. Who spells the numbers out, and why. */
export const EXIT_CODES_KNOWN_TO: readonly { readonly file: string; readonly reason: string }[] = [
  { file: "src/model/errors.ts", reason: "where they are declared" },
  { file: "src/cli/help/topics.ts", reason: "says what each means" },
  { file: "src/cli/help/exits.ts", reason: "says which command ends with which" },
  { file: "src/app/init/systemd_units.ts", reason: "says which of them a retry can heal" },
  {
    file: "src/app/start/last_good.ts",
    reason: "says which of them the last release stands in for",
  },
];

/** Of a commit; git and every list of commits cut it there. */
export const LONGEST_SUBJECT = 72;
/** Those that came before it are as they are. */
export const FIRST_CHECKED_COMMIT = "03e57a1";
