import type { AppId } from "../model/app_id.ts";
import { below, type Location } from "../model/location.ts";

/** Where a static tree says what a channel or version stands for. */
export function refLocation(base: Location, app: AppId, name: string): Location {
  return below(base, `apps/${app}/${name}.json`);
}
