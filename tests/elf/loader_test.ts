import { assertEquals } from "@std/assert";
import { type LoadedObject, Loader } from "../../src/elf/loader.ts";
import { type Contents, MUSL_PYTHON, PYTHON, withFiles } from "./rooted_fs.ts";

interface Paths {
  readonly rpath?: string;
  readonly runpath?: string;
  readonly noDefaultLibraries?: boolean;
}

/** A file at `path` that was asked for by `by`. */
function object(path: string, paths: Paths = {}, by?: LoadedObject): LoadedObject {
  const elf = { rpath: undefined, runpath: undefined, noDefaultLibraries: false, ...paths };
  return { path, elf, by };
}

const PROGRAM = object("/usr/bin/python3");
const RELOCATABLE = object("/opt/py/bin/python3.11", { rpath: "$ORIGIN/../lib" });

const LIB = { soname: "liba.so.1" };
const I386 = { ...LIB, machine: 3, bits: 32 } as const;

/** What asks, which files there are, what LD_LIBRARY_PATH says, and what is found. */
const CASES: readonly [string, LoadedObject, Contents, string | undefined, string | undefined][] = [
  [
    "$ORIGIN of its RUNPATH",
    object("/t/pkg/x.so", { runpath: "$ORIGIN/../pkg.libs" }, PROGRAM),
    { "/t/pkg.libs/liba.so.1": LIB, "/usr/lib/liba.so.1": LIB, "/t/pkg/other": "" },
    ...[undefined, "/t/pkg/../pkg.libs/liba.so.1"] as const,
  ],
  [
    "${ORIGIN} of its RPATH",
    object("/t/x.so", { rpath: "/nowhere:${ORIGIN}/libs/" }, PROGRAM),
    { "/t/libs/liba.so.1": LIB },
    ...[undefined, "/t/libs/liba.so.1"] as const,
  ],
  [
    "$LIB and $PLATFORM",
    object("/t/x.so", { runpath: "/opt/$LIB/$PLATFORM" }, PROGRAM),
    { "/opt/lib64/x86_64/liba.so.1": LIB },
    ...[undefined, "/opt/lib64/x86_64/liba.so.1"] as const,
  ],
  [
    "LD_LIBRARY_PATH before RUNPATH",
    object("/t/x.so", { runpath: "$ORIGIN" }, PROGRAM),
    { "/t/liba.so.1": LIB, "/l/liba.so.1": LIB },
    ...["/l", "/l/liba.so.1"] as const,
  ],
  [
    "RPATH before LD_LIBRARY_PATH",
    object("/t/x.so", { rpath: "$ORIGIN" }, PROGRAM),
    { "/t/liba.so.1": LIB, "/l/liba.so.1": LIB },
    ...["/l", "/t/liba.so.1"] as const,
  ],
  [
    "nothing by an RPATH beside a RUNPATH",
    object("/t/x.so", { rpath: "$ORIGIN", runpath: "/nowhere" }, PROGRAM),
    { "/t/liba.so.1": LIB },
    ...[undefined, undefined] as const,
  ],
  [
    "the RPATH of who loaded it",
    object("/t/b/y.so", {}, object("/t/a/x.so", { rpath: "$ORIGIN/libs" }, PROGRAM)),
    { "/t/a/libs/liba.so.1": LIB },
    ...[undefined, "/t/a/libs/liba.so.1"] as const,
  ],
  [
    "nothing by the RUNPATH of who loaded it",
    object("/t/b/y.so", {}, object("/t/a/x.so", { runpath: "$ORIGIN/libs" }, PROGRAM)),
    { "/t/a/libs/liba.so.1": LIB },
    ...[undefined, undefined] as const,
  ],
  [
    "the RPATH of a relocatable interpreter",
    object("/t/x.so", {}, RELOCATABLE),
    { "/opt/py/lib/liba.so.1": LIB, "/opt/py/bin/python3.11": "" },
    ...[undefined, "/opt/py/bin/../lib/liba.so.1"] as const,
  ],
  [
    "nothing by that RPATH where it has a RUNPATH of its own",
    object("/t/x.so", { runpath: "$ORIGIN" }, RELOCATABLE),
    { "/opt/py/lib/liba.so.1": LIB, "/opt/py/bin/python3.11": "" },
    ...[undefined, undefined] as const,
  ],
  [
    "the next file where the first is for another machine",
    object("/t/x.so", { runpath: "/a:/b" }, PROGRAM),
    { "/a/liba.so.1": I386, "/b/liba.so.1": LIB },
    ...[undefined, "/b/liba.so.1"] as const,
  ],
  [
    "a default directory",
    object("/t/x.so", {}, PROGRAM),
    { "/usr/lib/x86_64-linux-gnu/liba.so.1": LIB },
    ...[undefined, "/usr/lib/x86_64-linux-gnu/liba.so.1"] as const,
  ],
  [
    "no default directory where the file wants none",
    object("/t/x.so", { noDefaultLibraries: true }, PROGRAM),
    { "/usr/lib/liba.so.1": LIB },
    ...[undefined, undefined] as const,
  ],
];

for (const [name, asks, files, libraryPath, expected] of CASES) {
  Deno.test(`Loader finds ${name}`, async () => {
    await withFiles(files, (fs) => {
      assertEquals(new Loader(PYTHON, libraryPath, fs).find("liba.so.1", asks), expected);
    });
  });
}

Deno.test("Loader takes a name with a slash as a path", async () => {
  await withFiles({ "/t/libs/liba.so.1": LIB }, (fs) => {
    const loader = new Loader(PYTHON, undefined, fs);
    const asks = object("/t/x.so", {}, PROGRAM);
    assertEquals(loader.find("/t/libs/liba.so.1", asks), "/t/libs/liba.so.1");
    assertEquals(loader.find("$ORIGIN/libs/liba.so.1", asks), "/t/libs/liba.so.1");
    assertEquals(loader.find("libs/liba.so.1", asks), undefined);
  });
});

Deno.test("Loader goes musl's way when the interpreter is musl's", async () => {
  const files = {
    "/t/libs/liba.so.1": LIB,
    "/l/liba.so.1": LIB,
    "/lib/x86_64-linux-gnu/libb.so.1": LIB,
    "/etc/ld-musl-x86_64.path": "/lib/x86_64-linux-gnu\n/y\n",
  };
  await withFiles(files, (fs) => {
    const above = object("/t/x.so", { runpath: "$ORIGIN/libs" }, PROGRAM);
    const below = object("/u/y.so", {}, above);
    // RUNPATH is inherited, and LD_LIBRARY_PATH comes first.
    const plain = new Loader(MUSL_PYTHON, undefined, fs);
    assertEquals(plain.find("liba.so.1", below), "/t/libs/liba.so.1");
    assertEquals(plain.find("libb.so.1", below), "/lib/x86_64-linux-gnu/libb.so.1");
    const stated = new Loader(MUSL_PYTHON, "/l", fs);
    assertEquals(stated.find("liba.so.1", below), "/l/liba.so.1");
  });
});
