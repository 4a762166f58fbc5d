import { denoFs } from "../../src/host/deno_fs.ts";

/** Where files are in memory and a sync costs nothing; a directory that every Linux has. */
const IN_MEMORY = "/dev/shm";

/** Runs `act` with a directory of its own, and removes it with all that is in it. */
export function inTempDir<T>(act: (path: string) => T | Promise<T>): Promise<T> {
  return inDirectory(act, undefined);
}

/** {@link inTempDir} in memory where that can be: for sweeps, which sync hundreds of times. */
export function inMemoryDir<T>(act: (path: string) => T | Promise<T>): Promise<T> {
  const usable = denoFs.stat(IN_MEMORY)?.kind === "directory";
  return inDirectory(act, usable ? IN_MEMORY : undefined);
}

async function inDirectory<T>(
  act: (path: string) => T | Promise<T>,
  dir: string | undefined,
): Promise<T> {
  const options = { prefix: "edgeboot-test-", ...(dir === undefined ? {} : { dir }) };
  const path = Deno.realPathSync(Deno.makeTempDirSync(options));
  try {
    return await act(path);
  } finally {
    denoFs.removeTree(path);
  }
}

/** Every path below `root` with its kind and mode: `work/ 755`, `a.py 444`. */
export function listing(root: string): string[] {
  const found: string[] = [];
  const walk = (path: string, shown: string) => {
    for (const entry of denoFs.readDir(path)) {
      const child = `${path}/${entry.name}`;
      const isDirectory = entry.kind === "directory";
      const mode = denoFs.lstat(child)!.mode.toString(8);
      found.push(`${shown}${entry.name}${isDirectory ? "/" : ""} ${mode}`);
      if (isDirectory) walk(child, `${shown}${entry.name}/`);
    }
  };
  if (denoFs.lstat(root) !== undefined) walk(root, "");
  return found.sort();
}
