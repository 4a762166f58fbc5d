import type { FileSystem } from "../../host/ports.ts";

/**
 * Whether an environment has what makes it one: it appears complete, but may be half gone since, after an `rm -rf`
 * that was stopped, or a cleaner of temporary files. Without these it would not start, or start without
 * its packages; what lies deeper only a look at everything would find.
 */
export function isWhole(path: string, fs: Pick<FileSystem, "lstat">): boolean {
  return ["bin/python", "pyvenv.cfg", "lib"].every((name) =>
    fs.lstat(`${path}/${name}`) !== undefined
  );
}
