/**
 * esbuild names a chunk after a hash that covers the paths of its sources, so the same commit built
 * in another directory, or with another DENO_DIR, gets other names and other bytes. Renaming by content
 * makes the bundle a function of the sources alone.
 */

const HASHED = /^(.+)-[0-9A-Z]{8}\.js$/;

/**
 * @param files bundle output, file name to text; names without a hash (the entry) are kept
 * @returns the same files, chunks named `<stem>-<n>.js`, sorted by name, with all references rewritten
 */
export function nameChunksByContent(files: ReadonlyMap<string, string>): Map<string, string> {
  const chunks = [...files.keys()].filter((name) => HASHED.test(name));
  const neutral = (text: string) =>
    chunks.reduce((result, name) => result.replaceAll(name, stemOf(name)), text);
  const ordered = chunks
    .map((name) => ({ name, stem: stemOf(name), content: neutral(files.get(name)!) }))
    .sort((a, b) => compare(a.stem, b.stem) || compare(a.content, b.content));

  const renamed = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const { name, stem } of ordered) {
    const n = (counts.get(stem) ?? 0) + 1;
    counts.set(stem, n);
    renamed.set(name, `${stem}-${n}.js`);
  }
  const rewrite = (text: string) =>
    [...renamed].reduce((result, [from, to]) => result.replaceAll(`./${from}`, `./${to}`), text);
  return new Map(
    [...files]
      .map(([name, text]): [string, string] => [renamed.get(name) ?? name, rewrite(text)])
      .sort(([a], [b]) => compare(a, b)),
  );
}

function stemOf(name: string): string {
  return HASHED.exec(name)?.[1] ?? name;
}

/** By code unit: the same on every machine, which localeCompare is not. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
