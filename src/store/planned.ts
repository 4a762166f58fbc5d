import type { LayerDigest, Sha256 } from "../model/digest.ts";
import type { TrustedUids } from "../model/trusted_uids.ts";
import { type Believer, type Belonging, strangerTo } from "../model/ownership.ts";
import type { Lock, StartHost } from "../host/ports.ts";
import { isWhole } from "./environment/whole.ts";
import { CacheLayout } from "./layout.ts";
import { PATIENCE_MS, takeLease } from "./lease.ts";
import { checkCacheRoot } from "./ownership.ts";
import { type RefKey, refOf, type RefRecord } from "./ref_record.ts";
import { isLeftOpen } from "./tree_mode.ts";

export type { RefKey, RefRecord } from "./ref_record.ts";
export { cacheCandidates, chooseCacheRoot } from "./root.ts";

/** Of a record or a plan; what is larger is none. */
const MOST_BYTES = 4 * 1024 ** 2;

/**
 * The cache, as a planned start knows it: `mod.ts` for those who do not want to load it. It looks, and takes
 * leases; what it does not find, or not as it should be, is looked for again on the long way.
 */
export class PlannedCache {
  readonly #layout: CacheLayout;
  readonly #whom: Believer;

  constructor(
    root: string,
    private readonly host: StartHost,
    trusted: TrustedUids,
  ) {
    this.#layout = new CacheLayout(root);
    this.#whom = { uid: host.process.uid, trusted };
  }

  /** @throws EdgebootError PERMISSION_DENIED (77) where others may have changed what is in the cache */
  check(): void {
    checkCacheRoot(this.#layout, this.host.fs, this.#whom);
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
   * The lease of an environment, which protects its trees, too, or without one the leases of these layers; and
   * with them all as they should be. undefined where something is not, and nothing is held. See `lease.ts`
   * for the order.
   * @param site site-packages, relative to the environment
   */
  async hold(
    layers: readonly LayerDigest[],
    environment: string | undefined,
    site: string,
  ): Promise<Lock[] | undefined> {
    const paths = environment === undefined
      ? [...new Set(layers)].map((digest) => this.#layout.lease(digest))
      : [this.#layout.environmentLease(environment)];
    const held: Lock[] = [];
    const patience = { leftMs: PATIENCE_MS };
    const options = { create: false, whom: this.#whom, patience };
    for (const path of paths) {
      const lease = await takeLease(path, this.host, options);
      if (lease !== undefined) held.push(lease);
    }
    const madeAt = environment === undefined ? Infinity : this.#madeAt(environment, site);
    const isSound = (digest: LayerDigest) => this.#isSound(this.#layout.tree(digest), madeAt);
    if (madeAt !== undefined && layers.every(isSound)) return held;
    for (const lease of held) lease.release();
    return undefined;
  }

  /**
   * When the environment was made; undefined where there is none that may be used, or where the long way has
   * something to say of it, or to make anew.
   */
  #madeAt(key: string, site: string): number | undefined {
    const { fs } = this.host;
    const path = this.#layout.environment(key);
    const stat = fs.lstat(path);
    if (stat?.kind !== "directory" || !this.#isTrusted(stat)) return undefined;
    const isTouched = (fs.lstat(`${path}/${site}`)?.mtimeMs ?? Infinity) > stat.mtimeMs;
    const hasBytecode = fs.lstat(this.#layout.bytecode) !== undefined;
    return isWhole(path, fs) && !isTouched && hasBytecode ? stat.mtimeMs : undefined;
  }

  /** A tree that has changed since is looked at on the long way, which has something to say of it. */
  #isSound(tree: string, madeAt = Infinity): boolean {
    const stat = this.host.fs.lstat(tree);
    return stat?.kind === "directory" && this.#isTrusted(stat) && !isLeftOpen(stat) &&
      !(stat.mtimeMs > madeAt && stat.mtimeMs <= this.host.clock.now());
  }

  #isTrusted(stat: Belonging): boolean {
    return strangerTo(stat, this.#whom) === undefined;
  }

  #read(path: string): string | undefined {
    const { fs } = this.host;
    if (fs.lstat(path)?.kind !== "file") return undefined;
    const { text, stat } = fs.readOwned(path, MOST_BYTES);
    return this.#isTrusted(stat) ? text : undefined;
  }
}
