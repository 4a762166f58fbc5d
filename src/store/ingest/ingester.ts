import type { LayerDigest } from "../../model/digest.ts";
import type { Host } from "../../host/ports.ts";
import { cacheFailure } from "../failure.ts";
import type { CacheLayout } from "../layout.ts";
import { RootDirectories } from "../root_directories.ts";
import { lockWork } from "../work_lock.ts";
import { createIfAbsent } from "./create.ts";
import { Download } from "./download.ts";
import { type Claim, claimLayer, type Waiting } from "./layer_lock.ts";
import { TreeRecorder } from "./tree_recorder.ts";
import { Work } from "./work.ts";

type IngesterHost = Pick<Host, "fs" | "codecs" | "process" | "locks" | "clock">;

// The signature of https://bford.info/cachedir/.
const CACHEDIR_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n" +
  "# This directory is a cache of edgeboot. Its contents can be fetched again.\n";

/**
 * Brings layers into the cache. Until {@link Work.publish} has come to its end nothing of a layer is
 * visible, and then all of it is; whoever fails or is killed before leaves only what the next sweep removes. Two that do
 * the same work at once are no danger: the first rename wins.
 */
export class Ingester {
  constructor(
    private readonly layout: CacheLayout,
    private readonly host: IngesterHost,
    private readonly roots = new RootDirectories(layout, host),
  ) {}

  /**
   * The right to fetch a layer alone, or the news that another process has done it meanwhile. Where no lock
   * can be had, everybody gets the right.
   * @throws EdgebootError LOCK_TIMEOUT (75)
   */
  async claim(digest: LayerDigest, waiting: Waiting): Promise<Claim | "published"> {
    this.#guarded(() => this.roots.make());
    const isThere = () => this.host.fs.lstat(this.layout.tree(digest))?.kind === "directory";
    return await claimLayer(digest, this.layout, this.host, { ...waiting, isThere });
  }

  /** What a failed file call in the cache means to an operator; what is no {@link FsError} as it came. */
  failure(error: unknown): unknown {
    return cacheFailure(error, this.layout.root);
  }

  /**
   * Makes a work directory, and the cache around it where it is the first. The download is what an
   * earlier attempt has left, where there is one.
   * @throws EdgebootError CACHE_UNWRITABLE (73), DISK_FULL (74)
   */
  async begin(digest: LayerDigest): Promise<Work> {
    const { fs, process, codecs } = this.host;
    const path = this.layout.work(process.randomId());
    const treePath = `${path}/tree`;
    const recorder = new TreeRecorder(fs, treePath, await codecs.sha256Factory());
    return this.#guarded(() => {
      this.roots.make();
      fs.makeDir(this.layout.trees, { recursive: true });
      fs.makeDir(this.layout.works, { recursive: true });
      if (fs.lstat(this.layout.tag) === undefined) {
        createIfAbsent(this.layout.tag, CACHEDIR_TAG, 0o644, fs);
      }
      const unlock = lockWork(path, this.host);
      const discard = () => {
        this.#discard(path);
        unlock();
      };
      try {
        fs.makeDir(path);
        fs.makeDir(treePath);
        const download = Download.begin(digest, this.layout, this.host);
        return new Work(digest, download, treePath, recorder, discard, this.layout, this.host);
      } catch (error) {
        discard();
        throw error;
      }
    });
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
      throw this.failure(error);
    }
  }
}
