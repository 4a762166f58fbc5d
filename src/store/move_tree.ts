import { FsError, type Host } from "../host/ports.ts";
import { OPEN_TREE_MODE, TREE_MODE } from "./tree_mode.ts";

/**
 * Gives a tree another name, closed for writing there. rename(2) of a directory to another parent writes
 * its `..` entry, which nobody may do in a directory of mode 0555 but root with CAP_DAC_OVERRIDE, and
 * a container's root has it no longer where capabilities are dropped. All others open the top before,
 * and close it afterwards: a kill between the two leaves a complete tree whose top is
 * 0755; `closeOpenTop` ends the work.
 * @throws FsError as rename(2) does; the tree is closed then, too
 */
export function moveTree(
  from: string,
  to: string,
  { fs, process }: Pick<Host, "fs" | "process">,
): void {
  if (process.uid === 0) {
    fs.chmod(from, TREE_MODE);
    try {
      return fs.rename(from, to);
    } catch (error) {
      if (!(error instanceof FsError && error.errno === "EACCES")) throw error;
    }
  }
  fs.chmod(from, OPEN_TREE_MODE);
  try {
    fs.rename(from, to);
  } catch (error) {
    fs.chmod(from, TREE_MODE);
    throw error;
  }
  fs.chmod(to, TREE_MODE);
}
