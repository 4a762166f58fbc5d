import type { Content } from "../model/content.ts";
import type { Sha256 } from "../model/digest.ts";
import type { TrustedUids } from "../model/trusted_uids.ts";
import type { VerifiedBlob } from "../model/verified_blob.ts";
import { FsError, type Host } from "../host/ports.ts";
import { cacheFailure } from "./failure.ts";
import { type Expected, ingest } from "./ingest.ts";
import { CacheLayout } from "./layout.ts";
import { checkCacheRoot, refuseForeign } from "./trust.ts";
import { lockWork } from "./work_lock.ts";

type StoreHost = Pick<Host, "fs" | "codecs" | "process" | "locks">;

// The signature of https://bford.info/cachedir/.
const CACHEDIR_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n" +
  "# This directory is a cache of edgeboot. Its contents can be fetched again.\n";

/** One download and unpacking in progress, in a directory that nothing else knows. */
export interface Work {
  readonly blobPath: string;
  readonly treePath: string;
  /** Removes all that is left of it; safe to call after publication and twice. */
  discard(): void;
}

/**
 * The trees of the cache. Correctness comes from unique work directories and one rename; there is no
 * state in which a visible tree is incomplete.
 */
export class Store {
  readonly layout: CacheLayout;

  constructor(
    root: string,
    private readonly host: StoreHost,
    private readonly trusted: TrustedUids = new Set(),
  ) {
    this.layout = new CacheLayout(root);
  }

  hasTree(digest: Sha256): boolean {
    return this.host.fs.lstat(this.layout.tree(digest))?.kind === "directory";
  }

  /** @throws EdgebootError PERMISSION_DENIED (77) where somebody else has put it there */
  hasTrustedTree(digest: Sha256): boolean {
    const path = this.layout.tree(digest);
    const stat = this.host.fs.lstat(path);
    if (stat?.kind !== "directory") return false;
    refuseForeign(stat, path, { process: this.host.process, trusted: this.trusted });
    return true;
  }

  /** @throws EdgebootError PERMISSION_DENIED (77) where others may have changed what is in the cache */
  checkRoot(): void {
    checkCacheRoot(this.layout, this.host, this.trusted);
  }

  /**
   * Makes a work directory, and the cache around it where it is the first.
   * @throws EdgebootError CACHE_UNWRITABLE (73), DISK_FULL (74)
   */
  begin(): Work {
    const { fs, process } = this.host;
    const path = this.layout.work(process.randomId());
    return this.#guarded(() => {
      fs.makeDir(this.layout.trees, { recursive: true });
      fs.makeDir(this.layout.works, { recursive: true });
      if (fs.lstat(this.layout.tag) === undefined) this.#writeTag();
      const unlock = lockWork(path, this.host);
      const discard = () => {
        this.#discard(path);
        unlock();
      };
      try {
        fs.makeDir(path);
        fs.makeDir(`${path}/tree`);
      } catch (error) {
        discard();
        throw error;
      }
      return {
        blobPath: `${path}/blob`,
        treePath: `${path}/tree`,
        discard,
      };
    });
  }

  /** @throws EdgebootError as {@link ingest}, with the disk's failures translated */
  async ingest(
    content: Content,
    expected: Expected,
    work: Work,
    mostBytes: number,
    onProgress: (bytes: number) => void,
  ): Promise<VerifiedBlob> {
    try {
      return await ingest(
        content,
        expected,
        { path: work.blobPath, mostBytes, onProgress },
        this.host,
      );
    } catch (error) {
      throw cacheFailure(error, this.layout.root);
    }
  }

  /**
   * Makes the finished tree visible, in durable order: contents on the disk, then the rename, then
   * the directory that holds the name.
   *
   *   A: unpack … sync … rename → ok            A and B unpack the same layer
   *   B:      unpack … sync … rename → EEXIST   B finds A's tree, equal by digest, and drops its own
   *
   * @throws EdgebootError CACHE_UNWRITABLE (73), DISK_FULL or IO (74)
   */
  async publish(work: Work, digest: Sha256): Promise<void> {
    const { fs } = this.host;
    const target = this.layout.tree(digest);
    try {
      await fs.syncFileSystem(work.treePath);
      this.#renameTree(work.treePath, target);
      fs.syncDir(this.layout.trees);
    } catch (error) {
      throw cacheFailure(error, this.layout.root);
    }
  }

  /**
   * rename(2) of a directory to another parent writes its `..` entry, which a user other than root
   * may not do in a directory of mode 0555: there the top alone is closed after the rename. A kill
   * between the two leaves a complete tree whose top is 0755.
   */
  #renameTree(from: string, to: string): void {
    const { fs } = this.host;
    const closeFirst = this.host.process.uid === 0;
    try {
      if (closeFirst) fs.chmod(from, 0o555);
      fs.rename(from, to);
    } catch (error) {
      const taken = error instanceof FsError &&
        (error.errno === "EEXIST" || error.errno === "ENOTEMPTY");
      if (taken && fs.lstat(to)?.kind === "directory") return;
      throw error;
    }
    if (!closeFirst) fs.chmod(to, 0o555);
  }

  #writeTag(): void {
    try {
      this.host.fs.writeNewFile(this.layout.tag, new TextEncoder().encode(CACHEDIR_TAG), 0o644);
    } catch (error) {
      // Another process was faster.
      if (!(error instanceof FsError && error.errno === "EEXIST")) throw error;
    }
  }

  #discard(path: string): void {
    try {
      this.host.fs.removeTree(path);
    } catch {
      // What is left is unreachable by name and is collected later; the caller's error matters more.
    }
  }

  #guarded<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      throw cacheFailure(error, this.layout.root);
    }
  }
}
