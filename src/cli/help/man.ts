import { SETTINGS } from "../../config/settings.ts";
import { COMMANDS, type CommandSpec } from "../commands.ts";
import type { FlagSpec } from "../flags.ts";
import { COMMIT_DATE, VERSION } from "../../version.ts";
import { type Block, parseBlocks } from "./blocks.ts";
import { flagRows, sentence, TOPIC_NAMES, topicBlocks } from "./documents.ts";
import { examplesOf } from "./examples.ts";
import { renderRoff, request } from "./roff.ts";
import { OVERVIEW } from "./topics.ts";

/** edgeboot(1): what help says, as one page. */
export async function manPage(): Promise<string> {
  const date = /^\d{4}-\d\d-\d\d$/.test(COMMIT_DATE) ? COMMIT_DATE : "";
  const version = `edgeboot ${VERSION}`;
  const specs: readonly CommandSpec[] = COMMANDS;
  const [about] = parseBlocks(OVERVIEW);
  return request("TH", "EDGEBOOT", "1", date, version, "User Commands") +
    // Neither hyphens in flags nor stretched lines.
    ".nh\n.ad l\n" +
    section("NAME", []) +
    "edgeboot \\- fetch, verify and unpack a Python app, then exec Python\n" +
    section("SYNOPSIS", [{
      kind: "synopsis",
      lines: specs.flatMap(({ synopsis }) => synopsis),
    }]) +
    section("DESCRIPTION", [about!]) +
    section("COMMANDS", []) +
    specs.map((spec) => subsection(spec.name, ofCommand(spec))).join("") +
    section("OPTIONS", [
      { kind: "paragraph", text: "Of every command:" },
      { kind: "terms", rows: flagRows(SHARED) },
    ]) +
    section("SETTINGS", await blocksOf("settings")) +
    section("EXIT STATUS", await blocksOf("exit-codes")) +
    (await topics()) +
    section("FILES", [{
      kind: "terms",
      rows: [
        ["/etc/edgeboot/config.toml", "the configuration file, where there is one"],
        ["/var/cache/edgeboot, ~/.cache/edgeboot", "the cache, where no other is set"],
      ],
    }]) +
    section("SEE ALSO", []) +
    ".BR python3 (1),\n.BR systemd.exec (5)\n";
}

const SETTING_NAMES: ReadonlySet<string> = new Set(SETTINGS.map(({ name }) => name));

/** In every command: said once. */
const SHARED: readonly FlagSpec[] = (COMMANDS[0].flags as readonly FlagSpec[]).filter((flag) =>
  COMMANDS.every((spec) =>
    (spec.flags as readonly FlagSpec[]).some(({ name }) => name === flag.name)
  )
);

/** Its own flags with their help; settings are only named, as they have a section of their own. */
function ofCommand(spec: CommandSpec): Block[] {
  const unshared = spec.flags.filter(({ name }) => SHARED.every((shared) => shared.name !== name));
  const own = unshared.filter(({ name }) => !SETTING_NAMES.has(name));
  const settings = unshared.filter(({ name }) => SETTING_NAMES.has(name));
  const named = settings.map(({ name }) => `--${name}`).join(", ");
  return [
    { kind: "synopsis", lines: spec.synopsis },
    { kind: "paragraph", text: sentence(spec.summary) },
    ...own.length === 0 ? [] : [{ kind: "terms", rows: flagRows(own) } as const],
    ...named === "" ? [] : [{ kind: "paragraph", text: `Settings: ${named}.` } as const],
    { kind: "verbatim", lines: examplesOf(spec) },
  ];
}

async function topics(): Promise<string> {
  const own = TOPIC_NAMES.filter((name) => name !== "settings" && name !== "exit-codes");
  const parts: string[] = [];
  for (const name of own) parts.push(section(name.toUpperCase(), await blocksOf(name)));
  return parts.join("");
}

async function blocksOf(topic: string): Promise<Block[]> {
  return (await topicBlocks(topic))!;
}

function section(title: string, blocks: readonly Block[]): string {
  return request("SH", title) + withoutFirstBreak(renderRoff(blocks));
}

function subsection(title: string, blocks: readonly Block[]): string {
  return request("SS", title) + withoutFirstBreak(renderRoff(blocks));
}

/** A heading breaks the paragraph already. */
function withoutFirstBreak(roff: string): string {
  return roff.replace(/^\.PP\n/, "");
}
