import { command, output } from "./command.ts";

/** The interpreter that apps run with. */
export interface Python {
  readonly path: string;
  /** "3.11" */
  readonly version: string;
  /** "cp311" */
  readonly tag: string;
  /** "x86_64" */
  readonly machine: string;
}

const ASK = "import sys, os, platform; print(sys.executable, " +
  "'%d.%d' % sys.version_info[:2], platform.machine(), sys.prefix == sys.base_prefix)";

/**
 * The first `python3` on PATH that is an interpreter itself: shims of version managers choose another
 * one by directory and environment, and tests compare paths.
 */
export const PYTHON: Python = await findPython();

async function findPython(): Promise<Python> {
  for (const directory of (Deno.env.get("PATH") ?? "").split(":")) {
    const path = `${directory}/python3`;
    try {
      const said = await output(path, ["-I", "-c", ASK]);
      const [executable, version, machine, isBase] = said.trim().split(" ");
      const real = (file: string) => Deno.realPathSync(file);
      if (isBase !== "True" || real(executable!) !== real(path)) continue;
      return { path, version: version!, machine: machine!, tag: `cp${version!.replace(".", "")}` };
    } catch {
      continue;
    }
  }
  throw new Error("there is no python3 on PATH; the end-to-end tests need one");
}

/** A PATH on which the interpreter of the tests is the first. */
export const SEARCH_PATH = [PYTHON.path.replace(/\/[^/]*$/, ""), "/usr/bin", "/bin"]
  .filter((path, index, all) => all.indexOf(path) === index).join(":");

/** Runs a program text with the interpreter of the tests; it must succeed. */
export async function python(text: string, ...args: string[]): Promise<string> {
  return await output(PYTHON.path, ["-I", "-c", text, ...args]);
}

/** pip, installing for the interpreter of the tests. */
export async function pip(...args: string[]): Promise<void> {
  await runPip(["--python", PYTHON.path, ...args]);
}

/** pip of whichever Python has one: `--python` says for which it works. */
export async function runPip(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--retries", "1"];
  const failures: string[] = [];
  for (const path of [PYTHON.path, "python3"]) {
    const { code, stderr } = await command(path, ["-m", "pip", ...args, ...quiet], { env });
    if (code === 0) return;
    failures.push(stderr.trim().split("\n").at(-1) ?? "");
  }
  throw new Error(`pip ${args.join(" ")}: ${failures.join("; ")}`);
}
