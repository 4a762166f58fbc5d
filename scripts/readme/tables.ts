import { COMMANDS } from "../../src/cli/commands.ts";
import { settingFlag } from "../../src/cli/shared_flags.ts";
import { sentence, synopses } from "../../src/cli/help/documents.ts";
import { allExits, EXIT_MEANINGS } from "../../src/cli/help/exits.ts";
import { SETTING_WORDS } from "../../src/config/setting_words.ts";
import {
  APP_VARIABLE,
  CONFIG_VARIABLE,
  type NamedSetting,
  SETTINGS,
} from "../../src/config/settings.ts";

/** The tables of the README, each by the name in its markers. */
export const TABLES: Readonly<Record<string, () => string>> = {
  commands: () =>
    table(
      ["command", "what it does"],
      COMMANDS.map((command) => [
        synopses(command).map(code).join("<br>"),
        sentence(command.summary).slice(0, -1),
      ]),
    ),
  settings: () =>
    table(["flag", "variable", "default", "meaning"], [
      ...(SETTINGS as readonly NamedSetting[]).map(settingRow),
      [
        "",
        code(APP_VARIABLE),
        "none",
        "`run` takes the app from it, and every argument goes to the app",
      ],
      [
        code("--config FILE"),
        code(CONFIG_VARIABLE),
        code("/etc/edgeboot/config.toml"),
        "configuration file",
      ],
    ]),
  "exit-codes": () =>
    table(["code", "when"], [
      ["0", "done (commands other than `run` and `exec`)"],
      ...allExits().map((exit) => [String(exit), EXIT_MEANINGS[exit]!]),
    ]),
};

function settingRow(spec: NamedSetting): string[] {
  const { name, placeholder } = settingFlag(spec);
  const words = SETTING_WORDS[spec.name];
  const variables = spec.secret ? [spec.env, `${spec.env}_FILE`] : [spec.env];
  return [
    spec.secret ? "" : code(`--${name}${placeholder === undefined ? "" : ` ${placeholder}`}`),
    variables.map(code).join(", "),
    words.fallback ?? "none",
    words.help,
  ];
}

/** A bar would end the cell, in code, too. */
function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return line(head) + line(head.map(() => "---")) + rows.map(line).join("");
}

/** The text with each table as it should be. @throws where the markers of a table are missing */
export function withTables(readme: string): string {
  return Object.entries(TABLES).reduce((text, [name, make]) => {
    const [begin, end] = [`<!-- made: ${name} -->\n`, `<!-- end: ${name} -->\n`];
    const from = text.indexOf(begin);
    const to = text.indexOf(end, from);
    if (from < 0 || to < 0) throw new Error(`README.md has no markers ${begin.trim()}`);
    return `${text.slice(0, from + begin.length)}\n${make()}\n${text.slice(to)}`;
  }, readme);
}
