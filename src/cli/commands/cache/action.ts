import { type Collected, treePath } from "../../../app/cache/cache.ts";
import { type BootAction, DONE } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { usage } from "../../flags.ts";
import { toJson } from "../../published.ts";
import { EdgebootError } from "../../../model/errors.ts";
import { openSession, readSettings } from "../../session.ts";

const VERBS = ["list", "gc", "path"];

/** `edgeboot cache list | gc | path`. */
export async function cacheCommand({ flags, host, useLogger }: Invocation): Promise<BootAction> {
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const [verb, ...rest] = flags.rest;
  const context = openSession({ config, logger, host });
  const manager = await context.store.manager();
  const json = flags.values.has("json");
  const print = (value: unknown, text: () => string) =>
    host.output.stdout(json ? `${toJson(value)}\n` : text());
  const { isTerminal, columns: width } = host.output.stdoutTerminal;
  const columns = isTerminal ? width : Infinity;
  if (verb === "list" && rest.length === 0) {
    const { renderList, renderQuarantine } = await import("./text.ts");
    const quarantined = manager.quarantined();
    if (flags.values.has("quarantine")) {
      print(quarantined, () => renderQuarantine(quarantined, host.clock.now()));
      return DONE;
    }
    const trees = manager.list();
    print(trees, () => renderList(trees, quarantined, host.clock.now(), columns));
    return DONE;
  }
  if (verb === "gc" && rest.length === 0) {
    const { collectRequest } = await import("./gc_request.ts");
    const { renderCollected } = await import("./text.ts");
    const collected = manager.collect(collectRequest(flags, config));
    print(collected, () => renderCollected(collected, host.clock.now(), columns));
    // Another collector may have taken it meanwhile.
    const left = collected.failed.filter(({ digest }) => context.store.hasTree(digest));
    if (left.length > 0) throw notCollected(left, context.cacheRoot.path);
    return DONE;
  }
  if (verb === "path" && rest.length <= 1) {
    const path = rest[0] === undefined ? context.cacheRoot.path : await treePath(rest[0], context);
    host.output.stdout(json ? `${JSON.stringify({ path })}\n` : `${path}\n`);
    return DONE;
  }
  if (verb !== undefined && VERBS.includes(verb)) {
    throw usage({ command: "cache" }, "it is `cache list`, `cache gc` or `cache path [DIGEST]`");
  }
  const { unknownWord } = await import("../../suggest.ts");
  throw await unknownWord("cache", "verb", verb, VERBS);
}

/** Whoever runs it from a timer looks at the exit code: what should have gone is still there. */
function notCollected(left: Collected["failed"], cache: string): EdgebootError {
  return new EdgebootError("CACHE_UNWRITABLE", {
    what: `${left.length} of the trees to collect could not be removed from the cache ${cache}`,
    why: left[0]!.why,
    next: "run it as the user that owns the cache, where it is mounted writable",
  }, { facts: { cache } });
}
