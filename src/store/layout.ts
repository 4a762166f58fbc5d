import type { AppId } from "../model/app_id.ts";
import {
  type LayerDigest,
  type ReleaseDigest,
  type Sha256,
  tryParseLayerDigest,
} from "../model/digest.ts";
import { hash53 } from "../model/hash53.ts";
import type { Location } from "../model/location.ts";

/** Of an environment in quarantine: its key looks like a digest. */
export const ENVIRONMENT_SUFFIX = ".environment";

/** What every cache has directly below its root; https://bford.info/cachedir/. */
export const CACHE_TAG = "CACHEDIR.TAG";

/**
 * The one place that knows where things lie below the cache root. `trees/sha256/<hex>` is public
 * (`cache path` prints it); the rest is private, and `v1` changes when its meaning does, so that two
 * edgeboots of different age can share a root.
 *
 *     CACHEDIR.TAG                        tells backup programs to pass over
 *     v1/trees/sha256/<hex>/              unpacked layers: complete, synced, read-only
 *     v1/leases/sha256/<hex>              one byte; locked by who runs from the tree, mtime: last use
 *     v1/records/sha256/<hex>.jsonl       every file of a tree as it was unpacked, for `verify`
 *     v1/releases/sha256/<hex>.json       releases, byte for byte as verified
 *     v1/refs/<registry>/<app>/<ref>.json what a channel or version stood for when it last started
 *     v1/pythons/<path>.json              answers of interpreters
 *     v1/plans/<hex>/<hash>.json          start plans of a release, by a hash of what was asked for
 *     v1/locks/<hex>                      locked by who fetches the layer, and says who that is
 *     v1/sizes.json                       what measured trees hold: they never change
 *     v1/work/<id>.lock                   locked for as long as v1/work/<id>/ is somebody's
 *     v1/work/<id>/                       one unpacking in progress; unique, never shared
 *     v1/partials/<hex>/<id>/             one download: blob, origin.json, lock; see download.ts
 *     v1/quarantine/<hex>-<id>            what `verify` found damaged, with .jsonl: its record; mtime: since when
 *     v1/quarantine/<key>-<id>.environment  the same of an environment
 *     v1/environments/<key>/              virtual environments: made of trees, and made again when gone
 *     v1/leases/environments/<key>        one byte; locked, and mapped, by who runs in the environment
 *     v1/bytecode/sha256/<hex>/<root>/    bytecode of a tree's modules; written by Python itself, too
 *     v1/packing/                         what `pack` keeps for the next time: built layers
 *     v1/packing/files/<hex>              wheels and sdists of indexes, as verified; mtime: last use
 *     v1/support/<name>/                  what Python needs from edgeboot itself; named by its content
 */
export class CacheLayout {
  readonly #version: string;

  constructor(readonly root: string) {
    this.#version = `${root}/v1`;
  }

  get tag(): string {
    return `${this.root}/${CACHE_TAG}`;
  }

  get trees(): string {
    return `${this.#version}/trees/sha256`;
  }

  tree(digest: LayerDigest): string {
    return `${this.trees}/${digest}`;
  }

  get leases(): string {
    return `${this.#version}/leases/sha256`;
  }

  lease(digest: LayerDigest): string {
    return `${this.leases}/${digest}`;
  }

  get records(): string {
    return `${this.#version}/records/sha256`;
  }

  record(digest: LayerDigest): string {
    return `${this.records}/${digest}.jsonl`;
  }

  get releases(): string {
    return `${this.#version}/releases/sha256`;
  }

  release(digest: ReleaseDigest): string {
    return `${this.releases}/${digest}.json`;
  }

  get refs(): string {
    return `${this.#version}/refs`;
  }

  /** All refs of one registry. */
  refsOf(registry: Location): string {
    return `${this.refs}/${fileName(registry)}`;
  }

  ref(registry: Location, app: AppId, name: string): string {
    return `${this.refsOf(registry)}/${app}/${fileName(name)}.json`;
  }

  get pythons(): string {
    return `${this.#version}/pythons`;
  }

  python(path: string): string {
    return `${this.pythons}/${fileName(path)}.json`;
  }

  get plans(): string {
    return `${this.#version}/plans`;
  }

  plansOf(release: Sha256): string {
    return `${this.plans}/${release}`;
  }

  plan(release: Sha256, key: string): string {
    return `${this.plansOf(release)}/${hash53(key)}.json`;
  }

  get packing(): string {
    return `${this.#version}/packing`;
  }

  get packedFiles(): string {
    return `${this.packing}/files`;
  }

  /** A wheel or sdist of an index, as it was verified; mtime: last use. */
  packedFile(digest: LayerDigest): string {
    return `${this.packedFiles}/${digest}`;
  }

  support(name: string): string {
    return `${this.#version}/support/${name}`;
  }

  get environments(): string {
    return `${this.#version}/environments`;
  }

  /** @param key 64 hex */
  environment(key: string): string {
    return `${this.environments}/${key}`;
  }

  /** The directories that an environment refers to, from one of its folders, so that all may lie anywhere. */
  seenFrom(folder: string): { trees: string; bytecode: string; leases: string } {
    const up = "../".repeat(folder.split("/").length + 2);
    const inside = (path: string) => up + path.slice(this.#version.length + 1);
    return {
      trees: inside(this.trees),
      bytecode: inside(this.bytecode),
      leases: inside(this.environmentLeases),
    };
  }

  get environmentLeases(): string {
    return `${this.#version}/leases/environments`;
  }

  environmentLease(key: string): string {
    return `${this.environmentLeases}/${key}`;
  }

  get bytecode(): string {
    return `${this.#version}/bytecode/sha256`;
  }

  /** All bytecode that belongs to one tree and was not in it. */
  bytecodeOf(digest: LayerDigest): string {
    return `${this.bytecode}/${digest}`;
  }

  /** @param root import root, relative to the tree; "" is its top */
  bytecodeUnit(digest: LayerDigest, root: string): string {
    return `${this.bytecodeOf(digest)}/${root === "" ? "root" : `root-${fileName(root)}`}`;
  }

  /** What an app's own modules were compiled to; the environment's module writes there, by this name. */
  appBytecode(digest: LayerDigest): string {
    return `${this.bytecodeOf(digest)}/app`;
  }

  get works(): string {
    return `${this.#version}/work`;
  }

  work(id: string): string {
    return `${this.works}/${id}`;
  }

  get partials(): string {
    return `${this.#version}/partials`;
  }

  /** All downloads of one blob. */
  partialsOf(digest: LayerDigest): string {
    return `${this.partials}/${digest}`;
  }

  get quarantine(): string {
    return `${this.#version}/quarantine`;
  }

  quarantined(name: string, id: string): string {
    return `${this.quarantine}/${name}-${id}`;
  }

  quarantinedEnvironment(key: string, id: string): string {
    return `${this.quarantined(key, id)}${ENVIRONMENT_SUFFIX}`;
  }

  get versionRoot(): string {
    return this.#version;
  }

  get locks(): string {
    return `${this.#version}/locks`;
  }

  lock(digest: LayerDigest): string {
    return `${this.locks}/${digest}`;
  }

  get sizes(): string {
    return `${this.#version}/sizes.json`;
  }
}

const TREE_PATH = /\/trees\/sha256\/([0-9a-f]{64})/g;

/** The trees whose paths occur in a text, below whatever root. */
export function treesNamedIn(text: string): LayerDigest[] {
  return [...text.matchAll(TREE_PATH)].flatMap(([, hex]) => tryParseLayerDigest(hex!) ?? []);
}

const LONGEST_NAME = 200;

/**
 * Any text as one file name. Long texts are cut and told apart by a 53-bit hash: a collision would
 * mix up two cache hints, each of which says inside what it is for.
 */
export function fileName(text: string): string {
  const name = encodeURIComponent(text).replaceAll("*", "%2A").replace(/^\./, "%2E");
  if (name.length <= LONGEST_NAME) return name;
  return `${name.slice(0, LONGEST_NAME - 15)}-${hash53(text)}`;
}
