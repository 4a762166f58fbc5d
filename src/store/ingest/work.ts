import type { Content } from "../../model/content.ts";
import type { LayerDigest } from "../../model/digest.ts";
import type { VerifiedBlob } from "../../model/verified_blob.ts";
import { type FileSystem, FsError, type Host } from "../../host/ports.ts";
import type { Download } from "./download.ts";
import { cacheFailure } from "../failure.ts";
import { createIfAbsent } from "./create.ts";
import type { Expected } from "./ingest.ts";
import { ingestDownload } from "./ingest_download.ts";
import type { CacheLayout } from "../layout.ts";
import { formatTreeRecord } from "../tree_record.ts";
import { moveTree } from "../move_tree.ts";
import { TREE_MODE } from "../tree_mode.ts";
import type { TreeRecorder } from "./tree_recorder.ts";

type WorkHost = Pick<Host, "fs" | "codecs" | "process" | "clock">;

/**
 * One download and unpacking in progress, in directories that nothing else writes to. What is made below
 * {@link treePath} is made by {@link fs}, which keeps the record of it.
 */
export class Work {
  constructor(
    readonly digest: LayerDigest,
    readonly download: Download,
    readonly treePath: string,
    private readonly recorder: TreeRecorder,
    /** Removes the directories and gives up the lock on them. */
    private readonly end: () => void,
    private readonly layout: CacheLayout,
    private readonly host: WorkHost,
  ) {}

  get fs(): FileSystem {
    return this.recorder.fs;
  }

  /** What a failed file call in the cache means to an operator; anything else as it came. */
  failure(error: unknown): unknown {
    return cacheFailure(error, this.layout.root);
  }

  /** Removes all that is left of it, the download included; safe to call after publication and twice. */
  discard(): void {
    this.download.discard();
    this.end();
  }

  /** As {@link ingestDownload}. */
  async ingest(
    content: Content,
    expected: Expected,
    mostBytes: number,
    onProgress: (bytes: number, verifyMs: number) => void,
  ): Promise<VerifiedBlob> {
    const options = { mostBytes, onProgress };
    return await ingestDownload(this.download, content, expected, options, this.layout, this.host);
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
  async publish(): Promise<void> {
    const { fs } = this.host;
    const { digest, treePath } = this;
    try {
      this.#makeLease();
      await this.#writeRecord();
      await fs.syncFileSystem(treePath);
      this.#renameTree(treePath, this.layout.tree(digest));
      fs.syncDir(this.layout.trees);
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** Who starts from the tree locks this file; made before the tree, so that no starter misses it. */
  #makeLease(): void {
    const { fs } = this.host;
    fs.makeDir(this.layout.leases, { recursive: true });
    createIfAbsent(this.layout.lease(this.digest), "", 0o666, fs);
  }

  /**
   * Not where the tree is there already: it keeps the record that it was published with. (A and B of
   * different versions, which unpack differently, may both see no tree. Then the record is of one and the
   * tree of the other, and `verify` takes the tree for damaged: fetched anew, nothing worse.)
   */
  async #writeRecord(): Promise<void> {
    const { digest, treePath, recorder } = this;
    if (this.host.fs.lstat(this.layout.tree(digest))?.kind === "directory") return;
    const { fs, codecs } = this.host;
    const text = formatTreeRecord(digest, recorder.entries(TREE_MODE), await codecs.sha256());
    const aside = `${treePath}.jsonl`;
    fs.makeDir(this.layout.records, { recursive: true });
    fs.writeNewFile(aside, new TextEncoder().encode(text), 0o444);
    fs.rename(aside, this.layout.record(digest));
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
}
