import { managedPythons } from "../../../src/launch/managed_pythons.ts";
import { denoFs } from "../../../src/host/deno_fs.ts";
import { command } from "./command.ts";
import { PYTHON } from "./python.ts";

/** The interpreter of the tests, and one of each other version that version managers keep here. */
export const interpreters: readonly string[] = await find();

async function find(): Promise<string[]> {
  const found = new Map([[PYTHON.version, PYTHON.path]]);
  const managed = managedPythons((name) => Deno.env.get(name), undefined, denoFs);
  for (const path of managed) {
    const code =
      "import sys; print('%d.%d' % sys.version_info[:2]); sys.exit(sys.version_info < (3, 8))";
    try {
      const { code: status, stdout } = await command(path, ["-I", "-c", code]);
      if (status === 0 && !found.has(stdout.trim())) found.set(stdout.trim(), path);
    } catch {
      continue;
    }
  }
  return [...found.values()];
}

/** One of another version than the tests' own, or undefined. */
export const anotherPython: string | undefined = interpreters[1];
