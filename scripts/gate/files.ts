/** Test files of the project, and whether the executable is older than what it is made of. */

const TEST_FILE = /_test\.ts$/;
/** What the executable is made of, and what makes it. */
const SOURCES = [
  "main.ts",
  "deno.json",
  "deno.lock",
  "src",
  "scripts/compile.ts",
  "scripts/compile",
];

/** All test files below `path`, itself included where it is one; relative to `root`, sorted. */
export function testFiles(root: string, path: string): string[] {
  return [...filesBelow(root, path)].filter((file) => TEST_FILE.test(file)).sort();
}

/** @param binary relative to `root` */
export function isStale(root: string, binary: string): boolean {
  const built = modified(`${root}/${binary}`);
  if (built === undefined) return true;
  return SOURCES.some((source) =>
    [...filesBelow(root, source)].some((file) => (modified(`${root}/${file}`) ?? 0) > built)
  );
}

function* filesBelow(root: string, path: string): Generator<string> {
  if (Deno.statSync(`${root}/${path}`).isFile) return yield path;
  for (const entry of Deno.readDirSync(`${root}/${path}`)) {
    const child = `${path}/${entry.name}`;
    if (entry.isDirectory) yield* filesBelow(root, child);
    else yield child;
  }
}

/** ms since the epoch; undefined where there is no such file. */
function modified(path: string): number | undefined {
  try {
    return Deno.statSync(path).mtime?.getTime();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
