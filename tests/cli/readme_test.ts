import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { COMMANDS, type CommandSpec } from "../../src/cli/commands.ts";
import { TOPIC_NAMES } from "../../src/cli/help/documents.ts";
import { EXIT_MEANINGS } from "../../src/cli/help/topics.ts";
import { CONTROL_VARIABLES, SETTINGS, type SettingSpec } from "../../src/config/settings.ts";
import { EXIT_CODES } from "../../src/model/errors.ts";

const README = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
const SPECS: readonly CommandSpec[] = COMMANDS;
const ALL_FLAGS = new Set(SPECS.flatMap(({ flags }) => flags.map(({ name }) => name)));

function sectionOf(title: string): string {
  const [, text] = README.split(`\n## ${title}\n`);
  assert(text !== undefined, `README has no section ${title}`);
  return text!.split("\n## ")[0]!;
}

/** Cells of the table in a section, its head left out. */
function rowsOf(title: string): string[][] {
  const lines = sectionOf(title).split("\n").filter((line) => line.startsWith("|")).slice(2);
  return lines.map((line) => line.slice(1, -1).split("|").map((cell) => cell.trim()));
}

/** `EDGEBOOT_A`, `…_B` in a cell: the second goes on like the first. */
function variablesIn(cell: string): string[] {
  return [...cell.matchAll(/`(EDGEBOOT_[A-Z0-9_]+|…_[A-Z0-9_]+)`/g)].map(([, name]) => name!);
}

Deno.test("the README's commands are those of the table", () => {
  const cells = rowsOf("Commands").map(([first]) => first).join(" ");
  // `history APP`, `pin APP`: names that follow in one cell have no edgeboot in front.
  const named = [...cells.matchAll(/`(?:edgeboot )?([a-z][a-z-]*)[^`]*`/g)].map(([, name]) =>
    name!
  );
  assertEquals(SPECS.map(({ name }) => name).filter((name) => !named.includes(name)), []);
  const known = new Set(SPECS.map(({ name }) => name));
  assertEquals(named.filter((name) => !known.has(name)), []);
});

Deno.test("the README's settings are those of the table, with flag, variable and default", () => {
  const rows = rowsOf("Settings");
  for (const spec of SETTINGS as readonly SettingSpec[]) {
    const flag = new RegExp(`\`--${spec.name}[ \`]`);
    const row = rows.find(([flags, variables]) =>
      spec.secret ? variables!.includes(spec.env) : flag.test(flags!)
    );
    assert(row !== undefined, `no row for ${spec.name}`);
    const names = variablesIn(row![1]!);
    const stem = spec.env.replace(/^EDGEBOOT_CACHE_/, "…_");
    assert(names.includes(spec.env) || names.includes(stem), `${spec.env} is not in its row`);
    const words = spec.fallback?.match(/^[\w.]+$/);
    if (words) assertStringIncludes(row![2]!, words[0]);
  }
});

Deno.test("the README's settings name no flag and no variable that is not there", () => {
  const section = sectionOf("Settings");
  const flags = [...section.matchAll(/`--([a-z-]+)/g)].map(([, name]) => name!);
  assertEquals(flags.filter((name) => !ALL_FLAGS.has(name)), []);
  const full = variablesIn(section).filter((name) => !name.startsWith("…"));
  assertEquals(full.filter((name) => !CONTROL_VARIABLES.includes(name)), []);
});

Deno.test("the README names every flag and every variable", () => {
  // A name that is the beginning of a longer one is not named by that.
  const missing = [...ALL_FLAGS].filter((name) => !new RegExp(`--${name}(?![a-z-])`).test(README));
  assertEquals(missing, []);
  const variables = CONTROL_VARIABLES.filter((name) =>
    !new RegExp(`${name}(?![A-Z_])`).test(README) &&
    !README.includes(name.replace("EDGEBOOT_CACHE_", "…_"))
  );
  assertEquals(variables, []);
});

Deno.test("the README's exit codes are those of the table, in the words of help", () => {
  const rows = rowsOf("Exit codes");
  const codes = rows.flatMap(([code]) => code!.split(", ")).map(Number);
  assertEquals(codes, [0, ...new Set<number>(Object.values(EXIT_CODES))].sort((a, b) => a - b));
  for (const [code, when] of rows) {
    if (Object.hasOwn(EXIT_MEANINGS, code!)) assertEquals(when, EXIT_MEANINGS[Number(code)]);
  }
});

Deno.test("the README sends to help topics that are there", () => {
  const asked = [...README.matchAll(/`edgeboot help ([a-z-]+)`/g)].map(([, name]) => name!);
  const known = new Set([...TOPIC_NAMES, ...SPECS.map(({ name }) => name)]);
  assert(asked.length > 0);
  assertEquals(asked.filter((name) => !known.has(name)), []);
});

Deno.test("no text of the program sends to a command that is not there", async () => {
  const known = new Set(SPECS.map(({ name }) => name));
  const missing: string[] = [];
  const walk = async (directory: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(directory)) {
      const path = `${directory}/${name}`;
      if (isDirectory) await walk(path);
      else {
        const text = await Deno.readTextFile(path);
        // In messages only: comments begin their lines with a star or slashes.
        const lines = text.split("\n").filter((line) => !/^\s*(?:\*|\/[/*])/.test(line));
        for (const [, command] of lines.join("\n").matchAll(/`edgeboot ([a-z]+)[^`\n]*`/g)) {
          if (!known.has(command!)) missing.push(`${name}: edgeboot ${command}`);
        }
      }
    }
  };
  await walk(new URL("../../src", import.meta.url).pathname);
  assertEquals(missing, []);
});
