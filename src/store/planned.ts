import type { LayerDigest, Sha256 } from "../model/digest.ts";
import type { TrustedUids } from "../model/trusted_uids.ts";
import type { FileStat, Lock, StartHost } from "../host/ports.ts";
import { CacheLayout } from "./layout.ts";
import { takeLease } from "./lease.ts";
import { checkCacheRoot, isTrusted } from "./ownership.ts";
import { type RefKey, refOf, type RefRecord } from "./ref_record.ts";
import { isLeftOpen } from "./tree_mode.ts";

export type { RefKey, RefRecord } from "./ref_record.ts";
export { cacheCandidates, chooseCacheRoot } from "./root.ts";

/**
 * The cache, as a planned start knows it: `mod.ts` for those who do not want to load it. It looks, and takes
 * leases; what it does not find, or not as it should be, is looked for again on the long way.
 */
export class PlannedCache {
  readonly #layout: CacheLayout;

  constructor(
    root: string,
    private readonly host: StartHost,
    private readonly trusted: TrustedUids,
  ) {
    this.#layout = new CacheLayout(root);
  }

  /** @throws EdgebootError PERMISSION_DENIED (77) where others may have changed what is in the cache */
  check(): void {
    checkCacheRoot(this.#layout, this.host, this.trusted);
  }

  /** What the ref stood for when it last started here. */
  ref(key: RefKey): RefRecord | undefined {
    return refOf(key, this.#read(this.#layout.ref(key.registry, key.app, key.name)));
  }

  /** The text of the plan that was kept for a release and a key; by whom it is was looked at. */
  plan(release: Sha256, key: string): string | undefined {
    return this.#read(this.#layout.plan(release, key));
  }

  /**
   * The leases of these layers, and with them their trees as they should be; undefined where one of them is
   * not, and nothing is held. See `lease.ts` for the order.
   */
  async hold(layers: readonly LayerDigest[]): Promise<Lock[] | undefined> {
    const held: Lock[] = [];
    for (const digest of new Set(layers)) {
      const lease = await takeLease(digest, this.#layout, this.host);
      if (lease !== undefined) held.push(lease);
    }
    if (layers.every((digest) => this.#isSound(this.#layout.tree(digest)))) return held;
    for (const lease of held) lease.release();
    return undefined;
  }

  #isSound(tree: string): boolean {
    const stat = this.host.fs.lstat(tree);
    return stat?.kind === "directory" && this.#isTrusted(stat) && !isLeftOpen(stat);
  }

  #isTrusted({ uid }: FileStat): boolean {
    return isTrusted(uid, { process: this.host.process, trusted: this.trusted });
  }

  #read(path: string): string | undefined {
    const { fs } = this.host;
    const stat = fs.lstat(path);
    return stat?.kind === "file" && this.#isTrusted(stat) ? fs.readText(path) : undefined;
  }
}
