import { localPath } from "../model/location.ts";
import type { Objects } from "../model/objects.ts";
import { type Catalogue, StaticCatalogue } from "../registry/catalogue.ts";
import type { Publisher } from "../registry/publisher.ts";
import { StaticPublisher } from "../registry/static_publisher.ts";
import { DirectoryObjects } from "../transport/objects/directory.ts";
import { HttpObjects } from "../transport/objects/http.ts";
import type { SenderOptions } from "../transport/objects/http_request.ts";
import { S3Objects } from "../transport/s3/s3_objects.ts";
import { USER_AGENT } from "../version.ts";
import type { Context } from "./context.ts";
import { registryAuthority, requiredRegistry } from "./open.ts";

type Opening = Pick<Context, "config" | "host" | "report">;

/**
 * The registry of the settings, to be written. Nothing is contacted yet.
 * @throws EdgebootError REGISTRY_UNSET, CONFIG_INVALID (78)
 */
export function openPublisher(context: Opening): Publisher {
  return new StaticPublisher(openObjects(context), context.host.clock.sleep);
}

/** What it has; undefined where nobody can say. */
export function openCatalogue(context: Opening): Catalogue | undefined {
  const objects = openObjects(context);
  return objects.contents && new StaticCatalogue(objects, objects.contents);
}

function openObjects({ config, host, report }: Opening): Objects {
  const { location } = requiredRegistry(config);
  if (localPath(location) !== undefined) {
    return new DirectoryObjects(location, host, config.lockTimeoutMs);
  }
  const options: SenderOptions = {
    ...{ http: host.http, clock: host.clock, userAgent: USER_AGENT },
    authority: registryAuthority(config),
    onRetry: (retry) => report.event({ kind: "retry", ...retry }),
  };
  return location.startsWith("s3:")
    ? new S3Objects(location, options, host)
    : new HttpObjects(location, options);
}
