import type { Rule } from "../../archive/rules.ts";
import { SETTING_WORDS } from "../../config/setting_words.ts";
import { CONTROL_VARIABLES, type NamedSetting, SETTINGS } from "../../config/settings.ts";
import type { Command } from "../command.ts";
import type { FlagSpec } from "../flags.ts";
import { EVERYWHERE } from "../shared_flags.ts";
import { synopsisOf } from "../synopsis.ts";
import { type Block, parseBlocks, type Row } from "./blocks.ts";
import { exitRows, exitRowsOf } from "./exits.ts";
import { OVERVIEW, TOPICS } from "./topics.ts";

/** Topics made from tables; the others are written in topics.ts. */
const MADE: Readonly<Record<string, () => Block[] | Promise<Block[]>>> = {
  "settings": settings,
  "exit-codes": () => [
    { kind: "paragraph", text: "Before exec; afterwards the exit code is the app's own." },
    { kind: "terms", rows: exitRows() },
  ],
  "archives": archives,
};

export const TOPIC_NAMES: readonly string[] = [...Object.keys(MADE), ...Object.keys(TOPICS)];

/** undefined where there is no such topic. */
export async function topicBlocks(name: string): Promise<Block[] | undefined> {
  if (Object.hasOwn(MADE, name)) return await MADE[name]!();
  return Object.hasOwn(TOPICS, name) ? parseBlocks(TOPICS[name]!) : undefined;
}

/** What `edgeboot -h` says: what there is. */
export function briefOverview(commands: readonly Command[]): Block[] {
  return [
    ...parseBlocks(OVERVIEW),
    { kind: "heading", text: "Commands:" },
    { kind: "terms", rows: commands.map(({ name, summary }): Row => [name, summary]) },
  ];
}

/** What `edgeboot help` says. */
export function overviewBlocks(commands: readonly Command[]): Block[] {
  return [
    ...briefOverview(commands),
    { kind: "heading", text: "Options of every command, which may stand before it, too:" },
    { kind: "terms", rows: flagRows(EVERYWHERE) },
    {
      kind: "paragraph",
      text: `Help topics: ${TOPIC_NAMES.join(", ")}. \`edgeboot help COMMAND\` and ` +
        "`edgeboot help TOPIC` say more.",
    },
  ];
}

/** What `--help` says of a command. */
export function commandBlocks(command: Command): Block[] {
  const { summary, flags, examples } = command;
  return [
    { kind: "synopsis", lines: synopses(command) },
    { kind: "paragraph", text: sentence(summary) },
    { kind: "heading", text: "Options:" },
    { kind: "terms", rows: flagRows(flags) },
    { kind: "heading", text: examples.length > 1 ? "Examples:" : "Example:" },
    { kind: "verbatim", lines: examples },
    { kind: "heading", text: "Exit codes:" },
    { kind: "terms", rows: exitRowsOf(command) },
  ];
}

/** What `-h` says of it. */
export function briefBlocks(command: Command): Block[] {
  const { name, summary, flags, main, examples } = command;
  const chosen = flags.filter((flag) => main.includes(flag.name));
  return [
    { kind: "synopsis", lines: synopses(command) },
    { kind: "paragraph", text: sentence(summary) },
    ...chosen.length === 0 ? [] : [{ kind: "terms", rows: flagRows(chosen) } as const],
    { kind: "verbatim", lines: examples.slice(0, 1) },
    { kind: "paragraph", text: `All options: \`edgeboot help ${name}\`.` },
  ];
}

/** One line for each way to call it. */
export function synopses(command: Command): string[] {
  return command.forms.map((form) => synopsisOf(command, form));
}

/** A summary with a capital and a full stop. */
export function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}

/** Each flag as it is typed, and what it does. */
export function flagRows(flags: readonly FlagSpec[]): Row[] {
  return flags.map(({ name, short, placeholder, verbs, needs, help }) => [
    `${short === undefined ? "" : `-${short}, `}--${name}${placeholder ? ` ${placeholder}` : ""}`,
    `${verbs === undefined ? "" : `${verbs.join(", ")}: `}${help}` +
    (needs === undefined || help.includes(`--${needs}`) ? "" : ` (with --${needs})`),
  ]);
}

/** Each setting with its flag, variables and default. */
export function settingRows(): Row[] {
  return (SETTINGS as readonly NamedSetting[]).map((spec) => {
    const words = SETTING_WORDS[spec.name];
    const flag = spec.secret ? "" : `--${spec.name}, `;
    const file = spec.secret ? `, ${spec.env}_FILE` : "";
    const fallback = words.fallback === undefined ? "" : ` (default: ${words.fallback})`;
    return [`${flag}${spec.env}${file}`, `${words.help}${fallback}`];
  });
}

function settings(): Block[] {
  const text = (words: string): Block => ({ kind: "paragraph", text: words });
  return [
    text(
      "Flags win over variables, variables over the configuration file (TOML; its keys are the " +
        "flags' names without dashes in front), the file over defaults. An empty variable is " +
        "unset. The file is --config, EDGEBOOT_CONFIG or /etc/edgeboot/config.toml.",
    ),
    { kind: "terms", rows: settingRows() },
    text(
      "EDGEBOOT_APP: `edgeboot run` takes the app from it, and every argument goes to the app.",
    ),
    text(`The app does not inherit ${CONTROL_VARIABLES.join(", ")}.`),
  ];
}

async function archives(): Promise<Block[]> {
  const { RULES } = await import("../../archive/rules.ts");
  const { FORMAT_RULES } = await import("../../archive/format_rules.ts");
  const { ZIP_RULES } = await import("../../archive/zip/rules.ts");
  const section = (
    title: string,
    subject: string,
    rules: Readonly<Record<string, Rule>>,
  ): Block[] => [
    { kind: "heading", text: title },
    {
      kind: "terms",
      rows: Object.entries(rules).map(([name, { refuses, source, legitimate }]): Row => [
        name,
        `${subject} ${refuses}. [${source}] Never needed: ${legitimate}.`,
      ]),
    },
  ];
  return [
    {
      kind: "paragraph",
      text: "What edgeboot refuses in an archive, by the name that its messages give.",
    },
    ...section("Entries, in tar and zip alike:", "The entry", RULES),
    ...section("Tar, gzip and zstd:", "The archive", FORMAT_RULES),
    ...section("Zip:", "The zip or entry", ZIP_RULES),
  ];
}
