import { mustRun, run } from "./run.ts";

export interface Python {
  /** The interpreter itself, where `python3` is a shim that would choose anew at each start. */
  readonly executable: string;
  /** [3, 11] */
  readonly version: readonly [number, number];
  /** cp311 */
  readonly pythonTag: string;
  /** cp311, or cp313t for a free-threaded build */
  readonly abi: string;
  readonly viaShim: boolean;
}

const QUESTION = `
import json, os, sys
tag = "cp%d%d" % sys.version_info[:2]
print(json.dumps({"executable": sys.executable, "version": sys.version_info[:2], "pythonTag": tag,
    "abi": tag + getattr(sys, "abiflags", "")}))
`;

/** The python3 of PATH. @throws {Error} where there is none */
export async function findPython(): Promise<Python> {
  let answer: Omit<Python, "viaShim">;
  try {
    answer = JSON.parse(await mustRun(["python3", "-I", "-c", QUESTION]));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error("there is no python3 on PATH; install it (apt-get install python3)");
  }
  return { ...answer, viaShim: await realPathOf("python3") !== await real(answer.executable) };
}

async function realPathOf(name: string): Promise<string | undefined> {
  for (const directory of (Deno.env.get("PATH") ?? "").split(":")) {
    const path = await real(`${directory}/${name}`);
    if (path !== undefined) return path;
  }
  return undefined;
}

async function real(path: string): Promise<string | undefined> {
  try {
    return await Deno.realPath(path);
  } catch {
    return undefined;
  }
}

/**
 * A command that is pip, or undefined. Debian splits pip and the module that makes virtual environments
 * with pip off python3, so neither can be taken for granted.
 */
export async function findPip(python: Python, work: string): Promise<string[] | undefined> {
  const asModule = [python.executable, "-m", "pip"];
  if (await works([...asModule, "--version"])) return asModule;
  const environment = `${work}/pip`;
  const made = await works([python.executable, "-m", "venv", environment]);
  const inside = [`${environment}/bin/python`, "-m", "pip"];
  return made && await works([...inside, "--version"]) ? inside : undefined;
}

async function works(args: readonly string[]): Promise<boolean> {
  try {
    return (await run(args as [string, ...string[]])).code === 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Installs wheels into a directory, with their bytecode: a layer is read-only, so Python cannot add it
 * later. Checked by hash and not by time, the bytecode stays valid under the archive's fixed times.
 * @throws {Error} what pip says is wrong
 */
export async function installWheels(
  pip: readonly string[],
  requirements: readonly string[],
  target: string,
): Promise<void> {
  const [program, ...rest] = pip;
  const args = ["install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-compile"];
  const network = ["--retries", "1", "--timeout", "15"];
  const { code, stderr } = await run([
    program!,
    ...rest,
    ...args,
    ...network,
    ...["--only-binary", ":all:", "--target", target],
    ...requirements,
  ], { env: { PIP_ROOT_USER_ACTION: "ignore" } });
  if (code !== 0) throw new Error(lastLine(stderr) || `pip ended with exit code ${code}`);
}

export async function compileBytecode(python: Python, directory: string): Promise<void> {
  // Some packages ship templates or tests that are not valid Python: those stay without bytecode.
  await run([
    python.executable,
    ...["-I", "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash"],
    ...["-s", directory, directory],
  ]);
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
