/** Where the cache is, and so which workloads make sense. */
export type CacheVolume = "shared" | "node" | "pod";

/** All that the manifests vary in. */
export interface Deployed {
  /** Name of the objects: what of the app ID a DNS label can have (RFC 1123). */
  readonly name: string;
  /** `APP@REF` */
  readonly appRef: string;
  readonly image: string;
  readonly registry: string;
  readonly uid: string;
  /** What the app listens on; undefined: nothing. */
  readonly port: string | undefined;
  /** HTTP path that says whether it is ready; undefined: it has none. */
  readonly health: string | undefined;
  readonly volume: CacheVolume;
}
