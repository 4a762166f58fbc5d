import type { Content } from "../model/content.ts";
import type { Sha256 } from "../model/digest.ts";
import type { VerifiedBlob } from "../model/verified_blob.ts";
import { EdgebootError } from "../model/errors.ts";
import { type FileSystem, FsError, type Host } from "../host/ports.ts";
import { Download } from "./download.ts";
import { cacheFailure } from "./failure.ts";
import { type Expected, ingest } from "./ingest.ts";
import type { CacheLayout } from "./layout.ts";
import { formatManifest } from "./manifest.ts";
import { moveTree } from "./move_tree.ts";
import { TREE_MODE } from "./tree_mode.ts";
import { TreeRecorder } from "./tree_recorder.ts";
import { lockWork } from "./work_lock.ts";

type WriterHost = Pick<Host, "fs" | "codecs" | "process" | "locks" | "clock">;

// The signature of https://bford.info/cachedir/.
const CACHEDIR_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n" +
  "# This directory is a cache of edgeboot. Its contents can be fetched again.\n";

/** One download and unpacking in progress, in directories that nothing else writes to. */
export interface Work {
  readonly download: Download;
  readonly treePath: string;
  /** The file calls for whatever is made below {@link treePath}; they keep the record of it. */
  readonly fs: FileSystem;
  readonly recorder: TreeRecorder;
  /** Removes all that is left of it, the download included; safe to call after publication and twice. */
  discard(): void;
}

/** What makes the trees of the Store: its half that a warm start does without. */
export class StoreWriter {
  constructor(private readonly layout: CacheLayout, private readonly host: WriterHost) {}

  /**
   * Makes a work directory, and the cache around it where it is the first. The download is what an
   * earlier attempt has left, where there is one.
   * @throws EdgebootError CACHE_UNWRITABLE (73), DISK_FULL (74)
   */
  async begin(digest: Sha256): Promise<Work> {
    const { fs, process, codecs } = this.host;
    const path = this.layout.work(process.randomId());
    const treePath = `${path}/tree`;
    const recorder = new TreeRecorder(fs, treePath, await codecs.sha256Factory());
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
        fs.makeDir(treePath);
        const download = Download.begin(digest, this.layout, this.host);
        const discardAll = () => {
          download.discard();
          discard();
        };
        return { download, treePath, fs: recorder.fs, recorder, discard: discardAll };
      } catch (error) {
        discard();
        throw error;
      }
    });
  }

  /**
   * Writes and verifies the download. One that broke off is kept for the next attempt, unless there is no
   * room for it; what was verified and found wrong is not.
   * @throws EdgebootError as {@link ingest}, with the disk's failures translated
   */
  async ingest(
    content: Content,
    expected: Expected,
    { download }: Work,
    mostBytes: number,
    onProgress: (bytes: number, verifyMs: number) => void,
  ): Promise<VerifiedBlob> {
    try {
      if ((content.offset ?? 0) === 0) download.restart();
      const { size: total, validator } = content;
      download.comesFrom({ url: expected.origin, validator, total });
      return await ingest(
        content,
        expected,
        { path: download.path, mostBytes, onProgress },
        this.host,
      );
    } catch (error) {
      const failure = cacheFailure(error, this.layout.root);
      const isBroken = !(failure instanceof EdgebootError) || failure.exitCode === 69;
      if (isBroken) download.keep();
      throw failure;
    }
  }

  /**
   * Makes the finished tree visible, in durable order: its lease file, its record and its contents on the
   * disk, then the rename, then the directory that holds the name. Documents that name the tree (release,
   * ref) are written by the caller afterwards.
   *
   *   A: unpack … record, sync, rename → ok            A and B unpack the same layer
   *   B:      unpack … record, sync, rename → EEXIST   B finds A's tree, equal by digest, and drops its own
   *
   * A record without a tree is what a kill between the two leaves; the next publication replaces it.
   *
   * syncfs(2) in place of one fsync(2) a file, measured on ext4 (Linux 6.18, loop device, 7,797 files of
   * 136 MB, best and worst of 2), beside a neighbour who writes to the same file system meanwhile:
   *
   *     seconds                  no neighbour   50 MB/s    200 MB/s   all it can
   *     syncfs                    0.31–0.38    0.32–0.36   1.0–1.7    3.2–4.3
   *     fsync, one by one          15–19        3.1–16     5.5–6.6    2.6–12
   *     fsync, 16 at once         3.2–4.1      0.77–0.78   0.8–1.7    3.8–4.6
   *
   * A busy neighbour makes syncfs slower, to about what the best replacement takes beside him; it does
   * not wait for what is written after its call. Since Linux 5.8 it reports write errors as fsync does; before, an
   * error of the disk may pass unseen here, and `verify` finds what it has done.
   *
   * @throws EdgebootError CACHE_UNWRITABLE (73), DISK_FULL or IO (74)
   */
  async publish(work: Work, digest: Sha256): Promise<void> {
    const { fs } = this.host;
    const target = this.layout.tree(digest);
    try {
      this.#makeLease(digest);
      await this.#writeManifest(work, digest);
      await fs.syncFileSystem(work.treePath);
      this.#renameTree(work.treePath, target);
      fs.syncDir(this.layout.trees);
    } catch (error) {
      throw cacheFailure(error, this.layout.root);
    }
  }

  /** Who starts from the tree locks this file; made before the tree, so that no starter misses it. */
  #makeLease(digest: Sha256): void {
    const { fs } = this.host;
    fs.makeDir(this.layout.leases, { recursive: true });
    this.#createIfAbsent(this.layout.lease(digest), "", 0o666);
  }

  /**
   * Not where the tree is there already: it keeps the record that it was published with. (A and B of
   * different versions, which unpack differently, may both see no tree. Then the record is of one and the
   * tree of the other, and `verify` takes the tree for damaged: fetched anew, nothing worse.)
   */
  async #writeManifest({ treePath, recorder }: Work, digest: Sha256): Promise<void> {
    if (this.host.fs.lstat(this.layout.tree(digest))?.kind === "directory") return;
    const { fs, codecs } = this.host;
    const text = formatManifest(digest, recorder.entries(TREE_MODE), await codecs.sha256());
    const aside = `${treePath}.jsonl`;
    fs.makeDir(this.layout.manifests, { recursive: true });
    fs.writeNewFile(aside, new TextEncoder().encode(text), 0o444);
    fs.rename(aside, this.layout.manifest(digest));
  }

  #renameTree(from: string, to: string): void {
    try {
      moveTree(from, to, this.host);
    } catch (error) {
      const taken = error instanceof FsError &&
        (error.errno === "EEXIST" || error.errno === "ENOTEMPTY");
      if (!taken || this.host.fs.lstat(to)?.kind !== "directory") throw error;
    }
  }

  #writeTag(): void {
    this.#createIfAbsent(this.layout.tag, CACHEDIR_TAG, 0o644);
  }

  #createIfAbsent(path: string, text: string, mode: number): void {
    try {
      this.host.fs.writeNewFile(path, new TextEncoder().encode(text), mode);
    } catch (error) {
      // It is there, or another process was faster.
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
