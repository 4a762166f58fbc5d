import { publish, type Published, type PublishRequest } from "../../../src/app/publish/publish.ts";
import { denoHost } from "../../../src/host/deno_host.ts";
import type { Host } from "../../../src/host/ports.ts";
import { parseLocation } from "../../../src/model/location.ts";
import { parseAppRef } from "../../../src/model/ref.ts";
import { testContext, testHost } from "../../support/context.ts";

export { assertSound, treeOf } from "../../support/published.ts";

export function request(
  directory: string,
  { wanted, channel = "stable", keepUrls = false }: {
    readonly wanted?: string;
    readonly channel?: string | undefined;
    readonly keepUrls?: boolean;
  } = {},
): PublishRequest {
  return {
    directory: parseLocation(directory, "directory").location,
    wanted: wanted === undefined ? undefined : parseAppRef(wanted),
    channel,
    keepUrls,
  };
}

/** One publisher, as another process would be. */
export async function publishTo(
  registry: string,
  what: PublishRequest,
  host: Host = denoHost,
): Promise<Published> {
  const { context } = await testContext({ registry, cache: "/nowhere" }, testHost({}, host).host);
  return await publish(what, context);
}
