/** Archives that others wrote, beside the project (see its README); absent on most machines. */
const ROOT = new URL("../../../shared/corpora/", import.meta.url);

export function corpus(name: string): { readonly path: string; readonly absent: boolean } {
  const path = new URL(name, ROOT).pathname;
  return { path, absent: !exists(path) };
}

/** Registers `body`, or where the corpus is absent an ignored test that says so. */
export function corpusTests(name: string, body: (path: string) => void): void {
  const { path, absent } = corpus(name);
  if (!absent) return body(path);
  Deno.test({
    name: `corpus ${name} is absent: expected at ../shared/corpora/${name}`,
    ignore: true,
    fn: () => {},
  });
}

/** Names of the files below `path` that end so, sorted. */
export function filesIn(path: string, ...endings: readonly string[]): string[] {
  return [...Deno.readDirSync(path)].filter(({ isFile }) => isFile).map(({ name }) => name)
    .filter((name) => endings.some((ending) => name.endsWith(ending))).sort();
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
