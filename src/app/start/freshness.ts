import type { StartHost } from "../../host/ports.ts";
import type { Config } from "../../config/config.ts";
import type { RefRecord } from "../../store/planned.ts";

/** Whether what the registry said last counts, and it is not asked again. */
export function isFresh(
  { checkedAt }: Pick<RefRecord, "checkedAt">,
  { offline, refresh }: Pick<Config, "offline" | "refresh">,
  clock: Pick<StartHost["clock"], "now">,
): boolean {
  if (offline || refresh.kind === "never") return true;
  if (refresh.kind === "always") return false;
  const age = clock.now() - checkedAt;
  // A clock that was set back makes an age negative: ask again.
  return age >= 0 && age < refresh.ms;
}
