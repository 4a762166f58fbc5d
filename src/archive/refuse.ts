import { EdgebootError, type ErrorFacts } from "../model/errors.ts";
import { FORMAT_RULES, type FormatRuleName } from "./format_rules.ts";
import { remedyFor } from "./remedies.ts";
import { type RuleName, RULES } from "./rules.ts";

const MAX_SHOWN = 120;
const FLAGS = "--max-unpacked-size, --max-entries, --max-ratio";

/** A name out of an archive, made fit for a message: quoted, escaped, and cut in the middle. */
export function showName(name: string): string {
  const cut = name.length > MAX_SHOWN
    ? `${name.slice(0, MAX_SHOWN / 2)}…${name.slice(-MAX_SHOWN / 2)}`
    : name;
  // JSON escapes the C0 range, quotes and lone surrogates; the rest that moves a terminal is here.
  const quoted = JSON.stringify(cut).replace(
    /[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return name.length > MAX_SHOWN ? `${quoted} (${name.length} characters)` : quoted;
}

/** ARCHIVE_HOSTILE: the policy refuses this entry. `detail` says what exactly was found. */
export function hostile(rule: RuleName, entry: string, detail?: string): EdgebootError {
  return new EdgebootError("ARCHIVE_HOSTILE", {
    what: `refused the archive because of its entry ${showName(entry)}`,
    why: `the entry ${RULES[rule].refuses}${detail === undefined ? "" : `: ${detail}`} (${rule})`,
    next: `if the archive is your own, build it again: ${remedyFor(rule)} ` +
      `(${
        RULES[rule].legitimate
      }); if not, do not use it. \`edgeboot help archives\` lists the rules`,
  }, { facts: { rule, entry } });
}

/** ARCHIVE_BROKEN: the bytes violate their format, or end too early. */
export function broken(rule: FormatRuleName, detail?: string): EdgebootError {
  const format = rule.startsWith("tar-") ? "tar" : `${rule.slice(0, rule.indexOf("-"))} file`;
  return new EdgebootError("ARCHIVE_BROKEN", {
    what: `refused the ${format}`,
    why: `it ${FORMAT_RULES[rule].refuses}${detail === undefined ? "" : `: ${detail}`} (${rule})`,
    next:
      `build and publish the archive again: ${remedyFor(rule)}. Its SHA-256 was right, so this ` +
      "is how it was published. `edgeboot help archives` lists the rules",
  }, { facts: { rule, format: rule.slice(0, rule.indexOf("-")) } });
}

/** BUDGET_EXCEEDED. `setting` is the field of the limits that would have to grow. */
export function overLimit(
  setting: string,
  why: string,
  facts: ErrorFacts = {},
): EdgebootError {
  return new EdgebootError("BUDGET_EXCEEDED", {
    what: "the archive is larger than allowed when unpacked",
    why,
    next: "if it is meant to be this large, state its unpacked_size in the release " +
      `or raise the limit (${FLAGS}); else do not use it`,
  }, { facts: { limit: setting, ...facts } });
}
