import { FsError, type Host } from "../../host/ports.ts";

export interface Probed {
  /** undefined: a file could be made, written, synced and removed */
  readonly failure: FsError | undefined;
  /** whether a lock keeps a second one out; undefined where no file could be made */
  readonly locks: boolean | undefined;
}

/** One block: enough for a full disk to show, where an empty file still fits. */
const BLOCK = new Uint8Array(4096);

/** Writes a file of one block, tries flock(2) on it, and removes it again. */
export function probeDirectory(directory: string, host: Host): Probed {
  const path = `${directory.replace(/\/$/, "")}/.edgeboot-doctor-${host.process.randomId()}`;
  let locks: boolean | undefined;
  try {
    const file = host.fs.createFile(path, 0o600);
    try {
      file.write(BLOCK);
      file.sync();
      locks = keepsOut(path, host);
    } finally {
      file.close();
      host.fs.remove(path);
    }
    return { failure: undefined, locks };
  } catch (error) {
    if (error instanceof FsError) return { failure: error, locks };
    throw error;
  }
}

/** Some file systems grant every lock to everybody. */
function keepsOut(path: string, { locks }: Host): boolean {
  const first = locks.tryLock(path, "exclusive");
  if (typeof first === "string") return false;
  const second = locks.tryLock(path, "exclusive");
  if (typeof second !== "string") second.release();
  first.release();
  return second === "busy";
}
