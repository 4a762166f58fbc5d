import type { PythonInfo } from "../../model/python_info.ts";
import type { Layer } from "../../model/release.ts";
import { type FileSystem, FsError } from "../../host/ports.ts";
import type { Context } from "../context.ts";
import type { Occasion } from "../start/trees.ts";

const TIMEOUT_MS = 10 * 60_000;
const WORKERS = 4;

/**
 * Compiles layers that were packed without bytecode. It pays from the third or fourth start of a tree
 * on (pandas and scipy: 3.9 s once, 1.5 s a start; Django: 1.5 s and 0.4 s), so "auto" does it where
 * the cache is warmed for later and not where an app waits for its first start, and only for layers
 * that a release calls dependencies: they are large and live long.
 *
 * Bytecode of several versions lies side by side. A version that comes later finds none of its own
 * and compiles in memory, on every start: published trees do not change.
 */
export async function compileLayer(
  tree: NewTree,
  { kind, python }: Occasion,
  context: Context,
): Promise<void> {
  const wanted = context.config.compileBytecode;
  const { layer } = tree;
  if (layer.kind === "data" || layer.kind === "pyz") return;
  if (wanted === "always" || wanted === "auto" && kind === "fetch" && layer.kind === "deps") {
    await compile(tree, python, context);
  }
}

/** A tree that is unpacked and not visible yet, and the calls that write to it. */
interface NewTree {
  readonly path: string;
  readonly layer: Layer;
  readonly fs: FileSystem;
}

/** Bytecode is not needed to start: where there is none, that is a detail. */
async function compile(tree: NewTree, python: PythonInfo, context: Context): Promise<void> {
  const { host, store, report } = context;
  const { COMPILE_PROGRAM, parseCompiled } = await import("../../python/compile_program.ts");
  const { sha256 } = tree.layer;
  const started = host.clock.monotonic();
  const detail = (text: string) => report.event({ kind: "detail", text: `bytecode: ${text}` });
  // Beside the tree in its work directory, which is discarded whatever happens.
  const staging = tree.path.replace(/[^/]+$/, "bytecode");
  const final = store.treePath(sha256);
  const args = ["-I", "-c", COMPILE_PROGRAM, tree.path, final, staging, String(WORKERS)];
  try {
    const { code, stdout, stderr } = await host.commands.run(python.path, args, TIMEOUT_MS);
    if (code !== 0) {
      const said = stderr.trim().split("\n").at(-1);
      return detail(`none for ${sha256}: ${python.path} ended with status ${code}: ${said}`);
    }
    const files = parseCompiled(stdout);
    moveIn(files, staging, tree);
    const seconds = ((host.clock.monotonic() - started) / 1000).toFixed(1);
    detail(`${files.length} files of ${sha256} compiled in ${seconds} s`);
  } catch (error) {
    if (!(error instanceof FsError) || error.operation !== "run") throw error;
    detail(`none for ${sha256}: ${error.message}`);
  }
}

/** Written like everything else in the tree, so that its record, where one is kept, has them too. */
function moveIn(files: readonly string[], staging: string, { path: tree, fs }: NewTree): void {
  const directories = new Map<string, string[]>();
  for (const file of files) {
    const directory = file.slice(0, file.lastIndexOf("/"));
    directories.set(directory, [...directories.get(directory) ?? [], file]);
  }
  for (const [directory, members] of directories) {
    const cache = `${tree}/${directory}`;
    const parent = cache.slice(0, cache.lastIndexOf("/"));
    const isNew = fs.lstat(cache) === undefined;
    if (isNew) {
      // The top is still writable: it is closed when the tree is published.
      if (parent !== tree) fs.chmod(parent, 0o755);
      fs.makeDir(cache, { mode: 0o755 });
      if (parent !== tree) fs.chmod(parent, 0o555);
    } else fs.chmod(cache, 0o755);
    for (const file of members) {
      const target = `${tree}/${file}`;
      if (fs.lstat(target) !== undefined) fs.remove(target);
      fs.writeNewFile(target, fs.readBytes(`${staging}/${file}`), 0o444);
    }
    fs.chmod(cache, 0o555);
  }
}
