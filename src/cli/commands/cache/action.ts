import { type Collected, treePath } from "../../../app/cache/cache.ts";
import type { Context } from "../../../app/context.ts";
import type { Config } from "../../../config/config.ts";
import { EdgebootError } from "../../../model/errors.ts";
import type { Outcome } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { say } from "../../say.ts";
import { openSession, readSettings } from "../../session.ts";
import {
  collectedRecord,
  COLLECTION,
  PLACE,
  QUARANTINE,
  quarantinedRecord,
  treeRecord,
  TREES,
} from "./records.ts";

/** `edgeboot cache list | gc | path`. */
export async function cacheCommand(invocation: Invocation): Promise<Outcome> {
  const { flags, host, useLogger } = invocation;
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const context = openSession({ config, logger, host });
  if (flags.verb === "gc") return await collect(invocation, config, context);
  if (flags.verb === "list") return await list(invocation, context);
  const [digest] = flags.rest;
  const path = digest === undefined ? context.cacheRoot.path : await treePath(digest, context);
  return say(invocation, PLACE, { path }, () => `${path}\n`);
}

async function list(invocation: Invocation, context: Context): Promise<Outcome> {
  const { renderList, renderQuarantine } = await import("./text.ts");
  const { flags, host } = invocation;
  const now = host.clock.now();
  const manager = await context.store.manager();
  const quarantined = manager.quarantined();
  if (flags.values.has("quarantine")) {
    const content = { quarantine: quarantined.map(quarantinedRecord) };
    return say(invocation, QUARANTINE, content, () => renderQuarantine(quarantined, now));
  }
  const trees = manager.list();
  return say(
    invocation,
    TREES,
    { trees: trees.map(treeRecord) },
    () => renderList(trees, quarantined, now, columnsOf(host)),
  );
}

async function collect(
  invocation: Invocation,
  config: Config,
  context: Context,
): Promise<Outcome> {
  const { collectRequest } = await import("./gc_request.ts");
  const { renderCollected } = await import("./text.ts");
  const { flags, host } = invocation;
  const collected = (await context.store.manager()).collect(collectRequest(flags, config));
  // Another collector may have taken it meanwhile.
  const left = collected.failed.filter(({ digest }) => context.store.hasTree(digest));
  return say(
    invocation,
    COLLECTION,
    collectedRecord(collected),
    () => renderCollected(collected, host.clock.now(), columnsOf(host)),
    left.length === 0 ? undefined : notCollected(left, context.cacheRoot.path),
  );
}

function columnsOf({ output: { stdoutTerminal } }: Invocation["host"]): number {
  return stdoutTerminal.isTerminal ? stdoutTerminal.columns : Infinity;
}

/** Whoever runs it from a timer looks at the exit code: what should have gone is still there. */
function notCollected(left: Collected["failed"], cache: string): EdgebootError {
  return new EdgebootError("CACHE_UNWRITABLE", {
    what: `${left.length} of the trees to collect could not be removed from the cache ${cache}`,
    why: left[0]!.why,
    next: "run it as the user that owns the cache, where it is mounted writable",
  }, { facts: { cache } });
}
