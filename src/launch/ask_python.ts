import { type FileStat, FsError } from "../host/ports.ts";
import { identity, type InterpreterHost, type Probe, type ProbeCache, visible } from "./probe.ts";
import { parseProbe } from "../python/probe_answer.ts";
import { PROBE_PROGRAM } from "../python/probe_program.ts";

const PROBE_TIMEOUT_MS = 10_000;

/** Runs it, and keeps the answer where that is a property of the file. */
export async function ask(
  path: string,
  stat: FileStat,
  host: InterpreterHost,
  cache: ProbeCache,
): Promise<Probe> {
  let result;
  try {
    // -B: asking leaves no trace, not even bytecode of a standard library that has none.
    const args = ["-I", "-B", "-c", PROBE_PROGRAM];
    result = await host.commands.run(path, args, PROBE_TIMEOUT_MS);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return { kind: "broken", why: `it cannot be executed: ${(error.cause as Error).message}` };
  }
  const answer = result.code === 0 ? parseProbe(path, result.stdout) : undefined;
  if (answer === undefined) {
    const said = (result.stderr || result.stdout).trim().split("\n").at(-1) ?? "";
    const words = said === "" ? " and said nothing" : `: ${said.slice(0, 200)}`;
    return { kind: "broken", why: `it ended with status ${result.code}${words}` };
  }
  // A shim (pyenv, asdf) is another file than the interpreter it starts, and chooses it anew by
  // directory and environment: its answer is not a property of the file. The real one is executed.
  const executable = visible(answer.executable, host.fs);
  const shim = executable?.ino !== stat.ino || executable.dev !== stat.dev;
  if (shim) return { kind: "python", info: { ...answer.info, path: answer.executable } };
  cache.savePython(path, JSON.stringify({ file: identity(stat), answer: result.stdout }));
  return { kind: "python", info: answer.info };
}
