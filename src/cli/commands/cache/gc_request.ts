import type { CollectRequest } from "../../../app/cache/cache.ts";
import type { Config } from "../../../config/config.ts";
import { parseDuration, parseSize } from "../../../config/values.ts";
import { type ParsedFlags, usage } from "../../flags.ts";

/**
 * What `cache gc` is asked for. Limits that are not given are those of the settings. With a limit of its
 * own, no more is removed than it needs; without one, or with `--keep`, whatever no kept release needs.
 * @throws EdgebootError USAGE (64)
 */
export function collectRequest(
  flags: Pick<ParsedFlags, "values">,
  config: Pick<Config, "cacheMaxBytes" | "cacheMaxAgeMs">,
): CollectRequest {
  const size = read(flags, "max-size", parseSize, "a size such as 500MB or 2GiB");
  const age = read(flags, "max-age", parseDuration, "a duration such as 12h or 30d");
  const unlocked = read(flags, "unlocked-age", parseDuration, "a duration such as 12h or 30d");
  const quarantine = read(flags, "quarantine-age", parseDuration, "a duration such as 0s or 30d");
  const keep = read(flags, "keep", parseWhole, "a whole number from 0");
  return {
    maxBytes: size ?? config.cacheMaxBytes,
    maxAgeMs: age ?? config.cacheMaxAgeMs,
    ...(keep === undefined ? {} : { keep }),
    prune: keep !== undefined || (size === undefined && age === undefined),
    unlockedAgeMs: unlocked,
    quarantineAgeMs: quarantine,
    dryRun: flags.values.has("dry-run"),
  };
}

function read<T>(
  flags: Pick<ParsedFlags, "values">,
  name: string,
  parse: (text: string) => T | undefined,
  expected: string,
): T | undefined {
  const text = flags.values.get(name);
  if (typeof text !== "string") return undefined;
  const value = parse(text);
  if (value !== undefined) return value;
  throw usage(
    { command: "cache" },
    `--${name} must be ${expected}, and is ${JSON.stringify(text)}`,
  );
}

function parseWhole(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
