import type { PythonInfo } from "../launch/python_info.ts";
import type { Layer } from "../model/release.ts";
import { FsError } from "../host/ports.ts";
import type { Context } from "./context.ts";

/** Called with a tree that is unpacked and not visible yet. */
export type TreePreparation = (tree: string, layer: Layer) => Promise<void>;

/** What the caller of a step is doing: warming the cache, or starting an app that waits for it. */
export type Occasion = "fetch" | "start";

const TIMEOUT_MS = 10 * 60_000;
const WORKERS = 4;

/**
 * Compiles layers that were packed without bytecode. It pays from the third or fourth start of a tree
 * on (pandas and scipy: 3.9 s once, 1.5 s a start; Django: 1.5 s and 0.4 s), so "auto" does it where
 * the cache is warmed for later and not where an app waits for its first start.
 *
 * Bytecode of several versions lies side by side. A version that comes later finds none of its own
 * and compiles in memory, on every start: published trees do not change.
 */
export function bytecodeFor(
  python: PythonInfo,
  context: Context,
  occasion: Occasion,
): TreePreparation | undefined {
  const { compileBytecode } = context.config;
  const wanted = compileBytecode === "always" || compileBytecode === "auto" && occasion === "fetch";
  if (!wanted) return undefined;
  return async (tree, layer) => {
    if (layer.kind !== "data" && layer.kind !== "pyz") await compile(tree, layer, python, context);
  };
}

/** Bytecode is not needed to start: where there is none, that is a detail. */
async function compile(
  tree: string,
  { sha256 }: Layer,
  python: PythonInfo,
  { host, store, report }: Context,
): Promise<void> {
  const { COMPILE_PROGRAM, parseCompiled } = await import("../launch/bytecode.ts");
  const started = host.clock.monotonic();
  const detail = (text: string) => report.event({ kind: "detail", text: `bytecode: ${text}` });
  const args = ["-I", "-c", COMPILE_PROGRAM, tree, store.layout.tree(sha256), String(WORKERS)];
  try {
    const { code, stdout, stderr } = await host.commands.run(python.path, args, TIMEOUT_MS);
    const seconds = ((host.clock.monotonic() - started) / 1000).toFixed(1);
    const said = stderr.trim().split("\n").at(-1);
    detail(
      code === 0
        ? `${parseCompiled(stdout).length} files of ${sha256} compiled in ${seconds} s`
        : `not complete for ${sha256}: ${python.path} ended with status ${code}: ${said}`,
    );
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    detail(`none for ${sha256}: ${error.message}`);
  }
}
