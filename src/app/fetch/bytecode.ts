import type { PythonInfo } from "../../model/python_info.ts";
import { FsError } from "../../host/ports.ts";
import type { Context } from "../context.ts";
import type { Occasion } from "../start/trees.ts";

const TIMEOUT_MS = 10 * 60_000;
const MOST_WORKERS = 4;

interface Place {
  readonly sources: string;
  readonly bytecode: string;
}

/**
 * Compiles what came without bytecode, or with one that no import would take, to where an import looks for it
 * and would have left it. "auto" does it where the cache is warmed for later, and not where an app
 * waits for its first start: that leaves what it imports itself.
 */
export function compilesOn({ kind }: Occasion, { config }: Pick<Context, "config">): boolean {
  const { compileBytecode } = config;
  return compileBytecode === "always" || compileBytecode === "auto" && kind === "fetch";
}

/**
 * The module that every start in an environment imports. Without `site`: a fetch runs nothing that the layers or
 * the base image bring (`.pth` files, sitecustomize).
 */
export async function compileOwn(
  module: string,
  python: PythonInfo,
  { host }: Pick<Context, "host">,
): Promise<void> {
  const program = "import py_compile, sys; py_compile.compile(sys.argv[1])";
  try {
    await host.commands.run(python.path, ["-I", "-S", "-B", "-c", program, module], TIMEOUT_MS);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
  }
}

/** Bytecode is not needed to start: where there is none, that is a detail. */
export async function compileBytecode(
  places: readonly Place[],
  python: PythonInfo,
  { host, report }: Pick<Context, "host" | "report">,
): Promise<void> {
  if (places.length === 0) return;
  const { COMPILE_PROGRAM } = await import("../../python/compile_program.ts");
  const started = host.clock.monotonic();
  const detail = (text: string) => report.event({ kind: "detail", text: `bytecode: ${text}` });
  const pairs = JSON.stringify(places.map(({ sources, bytecode }) => [sources, bytecode]));
  const args = ["-I", "-S", "-B", "-c", COMPILE_PROGRAM, String(MOST_WORKERS), pairs];
  try {
    const { code, stdout, stderr } = await host.commands.run(python.path, args, TIMEOUT_MS, {
      stdin: "held",
    });
    if (code !== 0) {
      const said = stderr.trim().split("\n").at(-1);
      return detail(`${python.path} ended with status ${code}: ${said}`);
    }
    const seconds = ((host.clock.monotonic() - started) / 1000).toFixed(1);
    detail(`${stdout.trim()} files compiled in ${seconds} s`);
  } catch (error) {
    if (!(error instanceof FsError) || error.operation !== "run") throw error;
    detail(`none: ${error.message}`);
  }
}
