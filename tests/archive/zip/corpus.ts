/** The archives that others wrote, beside the project. Absent in a plain checkout. */
const ROOT = new URL("../../../../shared/corpora/", import.meta.url);

export function corpusPresent(): boolean {
  try {
    return Deno.statSync(ROOT).isDirectory;
  } catch {
    return false;
  }
}

/** Names of the files in one of its folders that end in `ending`, sorted. */
export function corpusFiles(folder: string, ending: string): string[] {
  if (!corpusPresent()) return [];
  return [...Deno.readDirSync(new URL(folder, ROOT))]
    .map(({ name }) => name)
    .filter((name) => name.endsWith(ending))
    .sort();
}

export function corpusBytes(path: string): Uint8Array {
  return Deno.readFileSync(new URL(path, ROOT));
}
