import { type Checked, verifyCache } from "../../../app/cache/verify.ts";
import { EdgebootError } from "../../../model/errors.ts";
import { parseAppRef } from "../../../model/ref.ts";
import type { Outcome } from "../../action.ts";
import type { Invocation } from "../../invocation.ts";
import { formatBytes } from "../../format.ts";
import { say } from "../../say.ts";
import { openSession, readSettings } from "../../session.ts";
import { CHECKED, checkedRecord } from "./record.ts";

/** `edgeboot verify`: a report on stdout; exit 65 where something is damaged. */
export async function verifyCommand(invocation: Invocation): Promise<Outcome> {
  const { flags, host, useLogger } = invocation;
  const { config, logger } = await readSettings(flags, host);
  useLogger(logger);
  const [app] = flags.rest;
  const appRef = app === undefined ? undefined : parseAppRef(app);
  const context = openSession({ config, logger, host });
  await context.report.begins?.();
  const checked = await verifyCache({ appRef, force: flags.values.has("force") }, context);
  context.report.event({ kind: "verify-ends" });
  const damaged = checked.filter(({ state }) => state === "damaged");
  return say(
    invocation,
    CHECKED,
    { checked: checked.map(checkedRecord) },
    () => `${render(checked)}\n`,
    damaged.length === 0
      ? undefined
      : cacheDamaged(damaged, checked.length, context.cacheRoot.path),
  );
}

const MOST_LINES = 20;

function render(checked: readonly Checked[]): string {
  if (checked.length === 0) return "the cache is empty";
  return checked.flatMap((each) => {
    const { kind, digest, state, damage, quarantine } = each;
    const lines = [`${state.padEnd(10)} ${kind.padEnd(12)} ${digest}${sizeOf(each)}`];
    for (const { path, what, expected, found } of damage.slice(0, MOST_LINES)) {
      lines.push(`             ${what} ${path}: expected ${expected}, found ${found}`);
    }
    const more = damage.length - MOST_LINES;
    if (more > 0) lines.push(`             and ${more} more; --json lists all`);
    if (quarantine !== undefined) {
      lines.push(
        "moved" in quarantine
          ? `             moved to ${quarantine.moved}`
          : `             not moved: ${quarantine.kept}`,
      );
    }
    return lines;
  }).join("\n");
}

function sizeOf({ kind, files, bytes }: Checked): string {
  return kind === "tree" && files > 0 ? `  ${files} files, ${formatBytes(bytes)}` : "";
}

function cacheDamaged(damaged: readonly Checked[], all: number, root: string): EdgebootError {
  const kept = damaged.filter(({ quarantine }) => quarantine !== undefined && "kept" in quarantine);
  const moved = damaged.length - kept.length;
  const first = damaged[0]!;
  const { what, path } = first.damage[0]!;
  return new EdgebootError("CACHE_DAMAGED", {
    what:
      `${damaged.length} of ${all} trees, releases and environments in the cache ${root} are damaged`,
    why:
      `they are not what was verified when they were written (the first: ${what} of ${path} in ` +
      `${first.digest})`,
    next: [
      moved === 0
        ? ""
        : `${moved} moved to quarantine, to be looked at: the next start brings them anew; check the ` +
          "disk, and who may write there",
      kept.length === 0
        ? ""
        : `${kept.length} left in place: stop the apps that run from them and verify again, or move ` +
          "them at once with --force",
    ].filter((text) => text !== "").join("; "),
  }, { facts: { digest: first.digest, damaged: damaged.length } });
}
