import { EdgebootError } from "../../model/errors.ts";
import { showName } from "../refuse.ts";
import { remedyFor } from "../remedies.ts";
import { ZIP_RULES, type ZipRuleName } from "./rules.ts";

export interface RefusalDetail {
  /** The entry's name as the archive has it; escaped here. */
  readonly entry?: string;
  /** What was found and what was expected. Names of the archive in it must be escaped already. */
  readonly detail: string;
  readonly next?: string;
  readonly cause?: unknown;
}

/** @throws EdgebootError ARCHIVE_BROKEN, always; facts: `rule`, and `entry` where there is one */
export function refuse(rule: ZipRuleName, { entry, detail, next, cause }: RefusalDetail): never {
  const subject = entry === undefined ? "the zip" : "the entry";
  throw new EdgebootError("ARCHIVE_BROKEN", {
    what: entry === undefined
      ? "refused the zip archive"
      : `refused the zip archive because of its entry ${showName(entry)}`,
    why: `${subject} ${ZIP_RULES[rule].refuses}: ${detail} (${rule})`,
    next: next ??
      `if the archive is your own, build it again: ${remedyFor(rule)}; ` +
        "if not, do not use it. `edgeboot help archives` lists the rules",
  }, {
    cause,
    facts: { rule, format: "zip", ...(entry === undefined ? {} : { entry }) },
  });
}
