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
    const version = await oldVersion(path, host);
    if (version !== undefined) return { kind: "old", version, why: whyTooOld(version) };
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

/** Python 2, and 3 before 3.4, do not know `-I`. */
async function oldVersion(path: string, { commands }: InterpreterHost) {
  try {
    const { stdout, stderr } = await commands.run(path, ["-V"], PROBE_TIMEOUT_MS);
    return /^Python ((?:[12]|3\.[0-3])\.[\w.]+)/.exec(stdout || stderr)?.[1];
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}

function whyTooOld(version: string): string {
  const age = version.startsWith("3") ? "" : ", which nobody maintains since 2020";
  return `it is Python ${version.split(".", 1)[0]}${age}, and apps start with 3.6 and later`;
}
