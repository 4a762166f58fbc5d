import { FsError } from "../../host/ports.ts";
import type { PackContext } from "./context.ts";

/**
 * What an earlier pack has found out; undefined where nothing was kept, or it cannot be read.
 * @param name relative to what is kept
 */
export function readKept<T>(name: string, { host, keep }: PackContext): T | undefined {
  try {
    return JSON.parse(host.fs.readText(`${keep}/${name}`));
  } catch (error) {
    if (error instanceof FsError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** It saves work and is not needed: where it cannot be kept, it is found out again. */
export function writeKept(name: string, value: unknown, { host, keep }: PackContext): void {
  const { fs, process } = host;
  const draft = `${keep}/.${process.randomId()}`;
  const path = `${keep}/${name}`;
  try {
    fs.makeDir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    fs.writeNewFile(draft, new TextEncoder().encode(JSON.stringify(value)), 0o600);
    fs.rename(draft, path);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
  }
}
