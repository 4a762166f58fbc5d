import { collectRegistry, type RegistryCollected } from "../../../app/published/collect.ts";
import { parseDuration } from "../../../config/values.ts";
import type { Outcome } from "../../action.ts";
import { usage } from "../../flags.ts";
import { formatBytes } from "../../format.ts";
import type { Invocation } from "../../invocation.ts";
import { say } from "../../say.ts";
import { openSession, readSettings } from "../../session.ts";
import { writingTo } from "../../writing.ts";
import { collectedRecord, COLLECTION } from "./record.ts";

const DAY_MS = 86_400_000;

/** `edgeboot registry gc --keep N --to REGISTRY`. */
export async function registryCommand(invocation: Invocation): Promise<Outcome> {
  const { flags, host, useLogger } = invocation;
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const request = {
    keep: read(flags.values.get("keep"), parseWhole, "--keep", "a whole number from 0") ?? 0,
    minAgeMs:
      read(flags.values.get("min-age"), parseDuration, "--min-age", "a duration: 12h, 30d") ??
        DAY_MS,
    dryRun: flags.values.has("dry-run"),
  };
  const context = openSession(
    { config: writingTo(flags, config, host.process.cwd()), logger, host },
  );
  const collected = await collectRegistry(request, context);
  return say(
    invocation,
    COLLECTION,
    collectedRecord(collected, request.dryRun),
    () => render(collected, request.dryRun),
  );
}

function render(collected: RegistryCollected, dryRun: boolean): string {
  const { versions, blobs, bytes, leftovers, keptVersions, keptBlobs } = collected;
  const verb = dryRun ? "would remove" : "removed";
  const lines = versions.map(({ app, version }) => `${verb} ${app}@${version}`);
  const more = leftovers.length === 0 ? "" : `, ${leftovers.length} unfinished`;
  const kept = `kept ${keptVersions} versions, ${keptBlobs} blobs`;
  const sum = `${verb} ${versions.length} versions, ${blobs.length} blobs${more}: ${
    formatBytes(bytes)
  }; ${kept}`;
  return [...lines, sum].map((line) => `${line}\n`).join("");
}

function read<T>(
  text: string | true | undefined,
  parse: (text: string) => T | undefined,
  flag: string,
  expected: string,
): T | undefined {
  if (typeof text !== "string") return undefined;
  const value = parse(text);
  if (value !== undefined) return value;
  const why = `${flag} must be ${expected}, and is ${JSON.stringify(text)}`;
  throw usage({ command: "registry" }, why);
}

function parseWhole(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
