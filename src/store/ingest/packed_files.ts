import type { Host } from "../../host/ports.ts";
import type { Content } from "../../model/content.ts";
import type { LayerDigest } from "../../model/digest.ts";
import type { VerifiedBlob } from "../../model/verified_blob.ts";
import { cacheFailure } from "../failure.ts";
import type { CacheLayout } from "../layout.ts";
import type { RootDirectories } from "../root_directories.ts";
import { Download, type PartialBlob } from "./download.ts";
import { type Expected, type IngestOptions, reverify } from "./ingest.ts";
import { ingestDownload } from "./ingest_download.ts";

type PackedFilesHost = Pick<Host, "fs" | "codecs" | "process" | "locks" | "clock">;

/**
 * Files of package indexes that `pack` has fetched, by their digests: each appears by one rename, verified and whole,
 * and no file is fetched twice. Whoever removes one costs the next `pack` a download.
 */
export class PackedFiles {
  constructor(
    private readonly layout: CacheLayout,
    private readonly host: PackedFilesHost,
    private readonly roots: RootDirectories,
  ) {}

  /** Where the file is, or will be. */
  path(digest: LayerDigest): string {
    return this.layout.packedFile(digest);
  }

  has(digest: LayerDigest): boolean {
    return this.host.fs.lstat(this.path(digest))?.kind === "file";
  }

  /** The file, read once more; one that is no longer what it was is removed. */
  async verified(digest: LayerDigest): Promise<VerifiedBlob | undefined> {
    if (!this.has(digest)) return undefined;
    const blob = await reverify(this.path(digest), digest, this.host);
    // For the collector, which takes what was not used for long.
    if (blob !== undefined) this.host.fs.touch(blob.path);
    else this.host.fs.remove(this.path(digest));
    return blob;
  }

  /**
   * Begins a download, or goes on with what an earlier one has left.
   * @throws EdgebootError CACHE_UNWRITABLE (73), DISK_FULL (74)
   */
  begin(digest: LayerDigest): PackedDownload {
    try {
      this.roots.make();
      const path = this.path(digest);
      this.host.fs.makeDir(path.slice(0, path.lastIndexOf("/")), { recursive: true, mode: 0o700 });
      const download = Download.begin(digest, this.layout, this.host);
      return new PackedDownload(path, download, this.layout, this.host);
    } catch (error) {
      throw cacheFailure(error, this.layout.root);
    }
  }
}

/** One file on its way. */
export class PackedDownload {
  constructor(
    private readonly path: string,
    private readonly download: Download,
    private readonly layout: CacheLayout,
    private readonly host: PackedFilesHost,
  ) {}

  get partial(): PartialBlob | undefined {
    return this.download.partial;
  }

  /** Forgets what an earlier attempt has left. */
  restart(): void {
    this.download.restart();
  }

  /**
   * Writes, verifies and publishes the file; of two that do the same the later rename puts equal bytes in place.
   * @returns its size, bytes
   * @throws EdgebootError as {@link ingestDownload}
   */
  async take(
    content: Content,
    expected: Expected,
    options: Omit<IngestOptions, "path">,
  ): Promise<number> {
    const blob = await ingestDownload(
      this.download,
      content,
      expected,
      options,
      this.layout,
      this.host,
    );
    try {
      this.host.fs.rename(blob.path, this.path);
    } catch (error) {
      throw cacheFailure(error, this.layout.root);
    }
    return blob.size;
  }

  /** Leaves the bytes so far to the next attempt. */
  keep(): void {
    this.download.keep();
  }

  /** Removes what is left of the download; safe after {@link take} and {@link keep}. */
  discard(): void {
    this.download.discard();
  }
}
