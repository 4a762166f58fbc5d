import { cachePath, listCache } from "../../app/cache.ts";
import { parseSha256 } from "../../model/digest.ts";
import { type BootAction, DONE } from "../action.ts";
import type { Invocation } from "../cli.ts";
import { usage } from "../flags.ts";
import { openContext, readSettings } from "../session.ts";

/** `edgeboot cache list | gc | path`. */
export async function cacheCommand({ flags, host, useLogger }: Invocation): Promise<BootAction> {
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const [verb, ...rest] = flags.rest;
  const context = openContext(config, logger, host);
  const json = flags.values.has("json");
  const print = (value: unknown, text: () => string) =>
    host.output.stdout(json ? `${JSON.stringify(value, undefined, 2)}\n` : text());
  if (verb === "list" && rest.length === 0) {
    const { renderList } = await import("./cache_text.ts");
    const trees = listCache(context);
    print(trees, () => renderList(trees, host.clock.now()));
    return DONE;
  }
  if (verb === "gc" && rest.length === 0) {
    const { collectRequest } = await import("./gc_request.ts");
    const { collectCache } = await import("../../app/collect.ts");
    const { renderCollected } = await import("./cache_text.ts");
    const collected = collectCache(collectRequest(flags, config), context);
    print(collected, () => renderCollected(collected, host.clock.now()));
    return DONE;
  }
  if (verb === "path" && rest.length <= 1) {
    const path = cachePath(rest[0] === undefined ? undefined : parseSha256(rest[0]), context);
    host.output.stdout(json ? `${JSON.stringify({ path })}\n` : `${path}\n`);
    return DONE;
  }
  throw usage({ command: "cache" }, "it is `cache list`, `cache gc` or `cache path [DIGEST]`");
}
