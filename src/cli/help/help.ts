import { CONTROL_VARIABLES, SETTINGS, type SettingSpec } from "../../config/settings.ts";
import { EXIT_CODES } from "../../model/errors.ts";
import type { Rule } from "../../archive/rules.ts";
import { COMMANDS, type CommandSpec } from "../commands.ts";
import { unknownName } from "../suggest.ts";
import { EXIT_MEANINGS, OVERVIEW, TOPICS } from "./topics.ts";

const TOPIC_NAMES = ["settings", "exit-codes", "archives", ...Object.keys(TOPICS)];

/** The text of a command's or a topic's help; without a name the overview. */
export async function helpText(name?: string): Promise<string> {
  if (name === undefined || name === "help") return overview();
  const command = COMMANDS.find((spec) => spec.name === name);
  if (command !== undefined) return commandHelp(command);
  if (name === "settings") return settingsHelp();
  if (name === "exit-codes") return exitCodesHelp();
  if (name === "archives") return await archivesHelp();
  const topic = TOPICS[name];
  if (topic !== undefined) return topic;
  const known = [...COMMANDS.map((spec) => spec.name), ...TOPIC_NAMES];
  throw await unknownName("help topic", name, known, "");
}

function overview(): string {
  const width = Math.max(...COMMANDS.map((spec) => spec.name.length));
  const rows = COMMANDS.map((spec) => `  ${spec.name.padEnd(width)}  ${spec.summary}\n`);
  return `${OVERVIEW}\nCommands:\n${rows.join("")}\n` +
    `Help topics:\n${wrap(`${TOPIC_NAMES.join(", ")}.`)}` +
    "`edgeboot help COMMAND` and `edgeboot help TOPIC` say more.\n";
}

function commandHelp(spec: CommandSpec): string {
  const flags = spec.flags.map((flag) => {
    const short = flag.short === undefined ? "" : `-${flag.short}, `;
    return [`${short}--${flag.name}${flag.placeholder ? ` ${flag.placeholder}` : ""}`, flag.help];
  });
  return `${spec.synopsis.join("\n")}\n\n${spec.summary}.\n\nOptions:\n${definitions(flags)}`;
}

function settingsHelp(): string {
  const rows = (SETTINGS as readonly SettingSpec[]).map((spec) => {
    const flag = spec.secret ? "" : `--${spec.name}, `;
    const file = spec.secret ? `, ${spec.env}_FILE` : "";
    const fallback = spec.fallback === undefined ? "" : ` (default: ${spec.fallback})`;
    return [`${flag}${spec.env}${file}`, `${spec.help}${fallback}`];
  });
  return "Flags win over variables, variables over the configuration file (TOML; its keys are the\n" +
    "flags' names without dashes in front), the file over defaults. An empty variable is unset.\n" +
    "The file is --config, EDGEBOOT_CONFIG or /etc/edgeboot/config.toml.\n\n" +
    `${definitions(rows)}\n` +
    "EDGEBOOT_APP: `edgeboot run` takes the app from it, and every argument goes to the app.\n\n" +
    `The app does not inherit:\n${wrap(CONTROL_VARIABLES.join(", "))}`;
}

function exitCodesHelp(): string {
  const codes = [...new Set(Object.values(EXIT_CODES))].sort((a, b) => a - b);
  const rows = codes.map((code) => {
    const names = Object.entries(EXIT_CODES).filter(([, exit]) => exit === code).map(([n]) => n);
    return [String(code), `${EXIT_MEANINGS[code]} [${names.join(", ")}]`];
  });
  return "Before exec; afterwards the exit code is the app's own.\n\n" +
    definitions([["0", "done (commands other than run and exec)"], ...rows]);
}

async function archivesHelp(): Promise<string> {
  const { RULES } = await import("../../archive/rules.ts");
  const { FORMAT_RULES } = await import("../../archive/format_rules.ts");
  const { ZIP_RULES } = await import("../../archive/zip/rules.ts");
  const section = (title: string, rules: Readonly<Record<string, Rule>>) => {
    const rows = Object.entries(rules).map(([name, { refuses, source, legitimate }]) => [
      name,
      `${title} ${refuses}. [${source}] Never needed: ${legitimate}.`,
    ]);
    return definitions(rows);
  };
  return "What edgeboot refuses in an archive, by the name that its messages give.\n\n" +
    `Entries, in tar and zip alike:\n${section("The entry", RULES)}\n` +
    `Tar, gzip and zstd:\n${section("The archive", FORMAT_RULES)}\n` +
    `Zip:\n${section("The zip or entry", ZIP_RULES)}`;
}

const COLUMNS = 80;
const INDENT = 6;

/** Terms with their explanations below, wrapped for an 80-column terminal. */
function definitions(rows: readonly (readonly string[])[]): string {
  return rows.map(([term, text]) => `  ${term}\n${wrap(text!)}`).join("");
}

function wrap(text: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > COLUMNS - INDENT) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((each) => `${" ".repeat(INDENT)}${each}\n`).join("");
}
