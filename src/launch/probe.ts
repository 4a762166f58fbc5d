import { type FileStat, type FileSystem, FsError, type Host } from "../host/ports.ts";
import { parseProbe } from "../python/probe_answer.ts";
import type { PythonInfo } from "../model/python_info.ts";

/** Keeps answers between starts; implemented by the store. Both directions may silently do nothing. */
export interface ProbeCache {
  python(path: string): string | undefined;
  savePython(path: string, text: string): void;
}

export type InterpreterHost = Pick<Host, "fs" | "commands">;

export type Probe =
  | { readonly kind: "python"; readonly info: PythonInfo }
  | { readonly kind: "absent" }
  /** An interpreter that is too old to be asked. */
  | { readonly kind: "old"; readonly version: string; readonly why: string }
  | { readonly kind: "broken"; readonly why: string };

/** What it said while its file is the same. */
export function recall(path: string, stat: FileStat, cache: ProbeCache): PythonInfo | undefined {
  const text = cache.python(path);
  if (text === undefined) return undefined;
  try {
    const { file, answer } = JSON.parse(text) as { file: unknown; answer: unknown };
    if (file !== identity(stat) || typeof answer !== "string") return undefined;
    return parseProbe(path, answer)?.info;
  } catch {
    return undefined;
  }
}

/** undefined also behind a directory that is closed to us: execvp(3) passes over EACCES on PATH too. */
export function visible(path: string, fs: Pick<FileSystem, "stat">): FileStat | undefined {
  try {
    return fs.stat(path);
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}

/** The file that an answer was given by: another version in its place is asked anew. */
export function identity(stat: FileStat): string {
  return `${stat.dev}-${stat.ino}-${stat.size}-${stat.mtimeMs}`;
}
