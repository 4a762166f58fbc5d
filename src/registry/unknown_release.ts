import type { AppId } from "../model/app_id.ts";
import { EdgebootError } from "../model/errors.ts";
import { display, type Location } from "../model/location.ts";
import type { Listing } from "./listing.ts";

interface Asked {
  readonly app: AppId;
  readonly name: string;
  readonly location: Location;
}

/** What a registry does not have, said with what it has where that can be listed. */
export function unknownRelease(
  root: Location,
  listing: Listing | undefined,
  { app, name, location }: Asked,
): EdgebootError {
  const registry = display(root);
  const facts = { app, ref: name, url: display(location) };
  const refs = listing?.refs(app);
  if (listing !== undefined && refs === undefined) {
    const apps = listing.apps();
    if (apps === undefined) return notThere(registry);
    return new EdgebootError("APP_UNKNOWN", {
      what: `no app ${app} in ${registry}`,
      why: `there is no directory ${registry}/apps/${app}; ${listed("apps", apps)}`,
      next: "check the app ID and the registry (`edgeboot help settings`)",
    }, { facts });
  }
  return new EdgebootError("REF_UNKNOWN", {
    what: `no release ${app}@${name} in ${registry}`,
    why: `there is no ${display(location)}` + (refs ? `; ${listed("refs", refs)}` : ""),
    next: "check the app ID, what follows @, and the registry (`edgeboot help settings`)",
  }, { facts });
}

/** A volume that is not mounted is an outage, as a server that does not answer: no word on any app. */
function notThere(registry: string): EdgebootError {
  return new EdgebootError("REGISTRY_UNREACHABLE", {
    what: `cannot read the registry ${registry}`,
    why: `there is no directory ${registry}/apps`,
    next: "check the path, and that the disk or volume behind it is mounted",
  }, { facts: { url: registry } });
}

function listed(what: string, names: readonly string[]): string {
  if (names.length === 0) return `it has no ${what}`;
  const shown = names.slice(0, 8).join(", ");
  return `its ${what} are ${shown}${names.length > 8 ? ` and ${names.length - 8} more` : ""}`;
}
