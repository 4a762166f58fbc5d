import { denoFs } from "../../src/host/deno_fs.ts";

/** Runs `act` with a directory of its own, and removes it with all that is in it. */
export async function inTempDir<T>(act: (path: string) => T | Promise<T>): Promise<T> {
  const path = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "edgeboot-test-" }));
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
