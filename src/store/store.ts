import type { Content } from "../model/content.ts";
import type { Sha256 } from "../model/digest.ts";
import type { TrustedUids } from "../model/trusted_uids.ts";
import type { VerifiedBlob } from "../model/verified_blob.ts";
import type { Host } from "../host/ports.ts";
import type { Expected } from "./ingest.ts";
import { CacheLayout } from "./layout.ts";
import { closeOpenTop } from "./tree_mode.ts";
import { checkCacheRoot, refuseForeign } from "./trust.ts";
import type { StoreWriter, Work } from "./writer.ts";

export type { Work };

type StoreHost = Pick<Host, "fs" | "codecs" | "process" | "locks" | "clock">;

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
    closeOpenTop(digest, stat, this.layout, this.host);
    return true;
  }

  /** @throws EdgebootError PERMISSION_DENIED (77) where others may have changed what is in the cache */
  checkRoot(): void {
    checkCacheRoot(this.layout, this.host, this.trusted);
  }

  /** @throws EdgebootError as {@link StoreWriter.begin} */
  async begin(digest: Sha256): Promise<Work> {
    return await (await this.#writer()).begin(digest);
  }

  /** @throws EdgebootError as {@link StoreWriter.ingest} */
  async ingest(
    content: Content,
    expected: Expected,
    work: Work,
    mostBytes: number,
    onProgress: (bytes: number, verifyMs: number) => void,
  ): Promise<VerifiedBlob> {
    return await (await this.#writer()).ingest(content, expected, work, mostBytes, onProgress);
  }

  /** @throws EdgebootError as {@link StoreWriter.publish} */
  async publish(work: Work, digest: Sha256): Promise<void> {
    await (await this.#writer()).publish(work, digest);
  }

  /** A warm start only looks: what writes is loaded with the first layer that is missing. */
  async #writer(): Promise<StoreWriter> {
    const { StoreWriter } = await import("./writer.ts");
    return new StoreWriter(this.layout, this.host);
  }
}
