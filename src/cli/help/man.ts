import { SETTINGS } from "../../config/settings.ts";
import type { Command } from "../command.ts";
import { EVERYWHERE } from "../shared_flags.ts";
import { COMMIT_DATE, VERSION } from "../../version.ts";
import { type Block, parseBlocks } from "./blocks.ts";
import { flagRows, sentence, synopses, TOPIC_NAMES, topicBlocks } from "./documents.ts";
import { renderRoff, request } from "./roff.ts";
import { OVERVIEW } from "./topics.ts";

/** edgeboot(1): what help says, as one page. */
export async function manPage(commands: readonly Command[]): Promise<string> {
  const date = /^\d{4}-\d\d-\d\d$/.test(COMMIT_DATE) ? COMMIT_DATE : "";
  const version = `edgeboot ${VERSION}`;
  const [about] = parseBlocks(OVERVIEW);
  return request("TH", "EDGEBOOT", "1", date, version, "User Commands") +
    // Neither hyphens in flags nor stretched lines.
    ".nh\n.ad l\n" +
    section("NAME", []) +
    "edgeboot \\- fetch, verify and unpack a Python app, then exec Python\n" +
    section("SYNOPSIS", [{
      kind: "synopsis",
      lines: commands.flatMap(synopses),
    }]) +
    section("DESCRIPTION", [about!]) +
    section("COMMANDS", []) +
    commands.map((command) => subsection(command.name, ofCommand(command))).join("") +
    section("OPTIONS", [
      { kind: "paragraph", text: "Of every command:" },
      { kind: "terms", rows: flagRows(EVERYWHERE) },
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

/** Its own flags with their help; settings are only named, as they have a section of their own. */
function ofCommand(command: Command): Block[] {
  const unshared = command.flags.filter((flag) => !EVERYWHERE.includes(flag));
  const own = unshared.filter(({ name }) => !SETTING_NAMES.has(name));
  const settings = unshared.filter(({ name }) => SETTING_NAMES.has(name));
  const named = settings.map(({ name }) => `--${name}`).join(", ");
  return [
    { kind: "synopsis", lines: synopses(command) },
    { kind: "paragraph", text: sentence(command.summary) },
    ...own.length === 0 ? [] : [{ kind: "terms", rows: flagRows(own) } as const],
    ...named === "" ? [] : [{ kind: "paragraph", text: `Settings: ${named}.` } as const],
    { kind: "verbatim", lines: command.examples },
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
