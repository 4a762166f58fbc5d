import type { Config } from "../config/config.ts";
import type { Fetcher } from "../model/content.ts";
import type { Host } from "../host/ports.ts";
import type { Registry } from "../registry/registry.ts";
import type { CacheRoot, Store } from "../store/mod.ts";
import type { Reporter } from "./events.ts";

/** What the steps of a command work with. Built once per process. */
export interface Context {
  readonly host: Host;
  readonly config: Config;
  readonly cacheRoot: CacheRoot;
  readonly store: Store;
  readonly records: Store["records"];
  readonly fetcher: Fetcher;
  readonly report: Reporter;
  /** Who hears of another attempt besides `report`, while they wait for it. */
  readonly retryListeners: Set<Reporter["event"]>;
  /** @throws EdgebootError REGISTRY_UNSET (78) where none is configured */
  registry(): Registry;
}
