import { FsError } from "../host/ports.ts";

/** What an act on the cache gives; undefined where the file system refuses it, for whoever goes on without. */
export function unlessRefused<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}
