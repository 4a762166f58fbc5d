import type { Context } from "../context.ts";

/** The app is waiting. */
const MOST_MS = 1000;

/**
 * After a cold start, where the cache has limits: it is brought back to them before the app starts. A
 * collection that fails is a warning: the app can start.
 */
export async function collectToLimits(context: Context): Promise<void> {
  const { cacheMaxBytes, cacheMaxAgeMs } = context.config;
  if (cacheMaxBytes === undefined && cacheMaxAgeMs === undefined) return;
  context.report.event({ kind: "phase", phase: "plan" });
  try {
    const limits = { maxBytes: cacheMaxBytes, maxAgeMs: cacheMaxAgeMs, mostMs: MOST_MS };
    const { freedBytes, removed, overBytes } = (await context.store.manager()).collect(limits);
    const { format } = await import("@std/fmt/bytes");
    const over = overBytes === 0 ? "" : `; ${format(overBytes)} above the limit are in use or kept`;
    const trees = removed.length === 1 ? "1 tree" : `${removed.length} trees`;
    const text = `collected ${format(freedBytes)} in ${trees}${over}`;
    if (removed.length > 0 || over) context.report.event({ kind: "detail", text });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    context.report.event({
      kind: "warning",
      text: `the cache was not brought to its limits: ${why}`,
    });
  }
  context.report.event({ kind: "phase", phase: "collect" });
}
