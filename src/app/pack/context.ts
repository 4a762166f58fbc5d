import type { Context } from "../context.ts";

/** What the steps of `pack` work with. */
export interface PackContext extends Context {
  /** Of the command itself: its cache, whether it may use the network, and who is told of downloads. */
  readonly session: Context;
  /** A directory of this pack alone, absolute; gone afterwards. */
  readonly work: string;
  /** What saves work the next time: wheels by digest, built layers by key. It may be gone at any time. */
  readonly keep: string;
}
