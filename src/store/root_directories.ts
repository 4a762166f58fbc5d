import type { Believer } from "../model/ownership.ts";
import type { TrustedUids } from "../model/trusted_uids.ts";
import { FsError, type Host } from "../host/ports.ts";
import type { CacheLayout } from "./layout.ts";
import { checkCacheRoot } from "./ownership.ts";

/**
 * The directories that all others of the cache lie in, its root and v1: whose they are is looked at before
 * anything is read from below them, and again before anything is written there, as somebody else may have
 * made them meanwhile:
 *
 *   edgeboot                                           another user, where the parent is open to all
 *   looks: there is no root; asks the registry …
 *                                                      makes the root
 *   would make the root: it is there → looks whose it is → 77, with nothing written
 */
export class RootDirectories {
  /** Who starts from the cache. */
  readonly whom: Believer;
  #areMade = false;

  /** `isPrivate`: a root that is made here is closed to all others. */
  constructor(
    private readonly layout: CacheLayout,
    private readonly host: Pick<Host, "fs" | "process">,
    trusted: TrustedUids = new Set(),
    private readonly isPrivate = false,
  ) {
    this.whom = { uid: host.process.uid, trusted };
  }

  /** @throws EdgebootError PERMISSION_DENIED (77) where others may have changed what is in the cache */
  check(): void {
    checkCacheRoot(this.layout, this.host.fs, this.whom);
  }

  /** To be called before anything is written. @throws FsError; EdgebootError as {@link check} */
  make(): void {
    if (this.#areMade) return;
    const { fs } = this.host;
    const { root, versionRoot } = this.layout;
    if (fs.stat(root)?.kind !== "directory") this.#makeRoot(root);
    this.check();
    fs.makeDir(versionRoot, { recursive: true });
    this.check();
    this.#areMade = true;
  }

  #makeRoot(root: string): void {
    const { fs } = this.host;
    const parent = root.slice(0, root.lastIndexOf("/"));
    if (parent !== "") fs.makeDir(parent, { recursive: true });
    try {
      fs.makeDir(root, this.isPrivate ? { mode: 0o700 } : {});
    } catch (error) {
      // Another process was faster.
      if (!(error instanceof FsError) || fs.stat(root)?.kind !== "directory") throw error;
    }
  }
}
