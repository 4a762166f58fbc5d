import type { CacheRoot } from "../../store/mod.ts";
import type { Config } from "../../config/config.ts";
import type { Host, Machine } from "../../host/ports.ts";
import type { Context } from "../context.ts";
import type { Mount } from "./mounts.ts";

/** What the checks look at. */
export interface Surroundings {
  readonly config: Config;
  /** As it is; for probe files, which are removed at once. */
  readonly host: Host;
  readonly machine: Machine;
  readonly mounts: readonly Mount[];
}

/** With a root for the cache, most of edgeboot can be asked; its host changes nothing. */
export interface WithCache extends Surroundings {
  readonly context: Context;
  readonly cacheRoot: CacheRoot;
}
