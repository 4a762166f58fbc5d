import type { AppId } from "../model/app_id.ts";

/** What a registry has, where that can be asked: only a directory can be listed. */
export interface Listing {
  /** undefined where there is no such directory: not a registry, or not mounted */
  apps(): readonly string[] | undefined;
  refs(app: AppId): readonly string[] | undefined;
}
