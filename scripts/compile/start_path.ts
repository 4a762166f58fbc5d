import { type Plugin, rollup } from "rollup";

/** What the bundler makes of `src/cold.ts`. */
const COLD = /^cold-\d+\.js$/;

/**
 * The bundler cuts shared code into a chunk for each set of entries that needs it, so a start would load
 * some twenty files before its first line runs: 0.4 ms. Here all that a start needs goes into the entry,
 * once; and into a second file all that the long way needs besides, whose one module the entry loads by
 * `import()`. What is loaded later keeps its chunks, and imports the shared parts from those two. An entry with a
 * top-level await would then wait for chunks that wait for it.
 *
 * @param files bundle output, file name to text; all references are `./<name>`
 * @returns the files of the same program; the entry has no static import but of the platform's modules
 */
export async function joinStartPath(
  files: ReadonlyMap<string, string>,
  entry: string,
): Promise<Map<string, string>> {
  const start = staticImports(files, entry);
  const longWay = [...files.keys()].find((name) => COLD.test(name));
  const cold = longWay === undefined ? new Set() : staticImports(files, longWay);
  const bundle = await rollup({
    input: entry,
    plugins: [fromMemory(files)],
    external: /^node:/,
    // Already done by the bundler, which has seen the sources.
    treeshake: false,
    onwarn: (warning) => {
      throw new Error(`bundle: ${warning.message}`);
    },
  });
  const { output } = await bundle.generate({
    format: "es",
    compact: true,
    manualChunks: (id) => start.has(id) ? "start" : cold.has(id) ? "cold" : undefined,
    chunkFileNames: "[name].js",
  });
  await bundle.close();
  return new Map(output.map((file) => {
    if (file.type !== "chunk") throw new Error(`bundle: ${file.fileName} is no code`);
    return [file.fileName, file.code];
  }));
}

/** The entry and what it loads before it runs, directly or through others. */
function staticImports(files: ReadonlyMap<string, string>, entry: string): Set<string> {
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    for (const [, next] of files.get(name)!.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) {
      visit(next!);
    }
  };
  visit(entry);
  return found;
}

function fromMemory(files: ReadonlyMap<string, string>): Plugin {
  return {
    name: "from-memory",
    resolveId: (source) => files.has(source.replace("./", "")) ? source.replace("./", "") : null,
    load: (id) => files.get(id) ?? null,
  };
}
