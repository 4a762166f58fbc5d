import { type Check, ok, problem, warning } from "./check.ts";
import type { RegistryCheck } from "./registry.ts";

const DAY_MS = 86_400_000;
/** What signed URLs and tokens of object stores and identity providers usually forgive. */
const MOST_SKEW_MS = 5 * 60_000;

/** @param built day of the build, `YYYY-MM-DD`, or `unknown` */
export function checkClock(
  now: number,
  built: string,
  registry: RegistryCheck["clock"],
): Check {
  const shown = new Date(now).toISOString().slice(0, 19).replace("T", " ") + " UTC";
  const set = "set the clock: `timedatectl`, chrony or systemd-timesyncd, or that of the host";
  const oldest = Date.parse(built) - DAY_MS;
  if (now < oldest) {
    const text = `${shown} is before this edgeboot was made (${built})`;
    return problem("clock", "CONFIG_INVALID", text, set);
  }
  if (registry === undefined) return ok("clock", `${shown}, compared with no server`);
  const skewMs = registry.ours - registry.theirs;
  const facts = { skew_seconds: Math.round(skewMs / 1000) };
  const way = skewMs > 0 ? "ahead of" : "behind";
  if (Math.abs(skewMs) <= MOST_SKEW_MS) {
    return ok("clock", `${shown}, as the registry's`, { facts });
  }
  const minutes = Math.round(Math.abs(skewMs) / 60_000);
  const text = `${shown} is ${minutes} minutes ${way} the registry's`;
  return warning("clock", text, `${set}; if this one is right, the registry's`, { facts });
}
