import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../../src/cli/commands.ts";
import {
  commandBlocks,
  synopses,
  TOPIC_NAMES,
  topicBlocks,
} from "../../../src/cli/help/documents.ts";
import { exitRowsOf } from "../../../src/cli/help/exits.ts";
import { helpText as helpOf, shortHelp } from "../../../src/cli/help/help.ts";
import { manPage } from "../../../src/cli/help/man.ts";
import { VERBATIM_COLUMNS } from "../../../src/cli/help/roff.ts";
import { TOPICS } from "../../../src/cli/help/topics.ts";
import { SETTINGS, type SettingSpec } from "../../../src/config/settings.ts";
import { EdgebootError, EXIT_CODES } from "../../../src/model/errors.ts";

const SPECS = COMMANDS;
const helpText = (name?: string) => helpOf(COMMANDS, name);
const NAMES = [...SPECS.map(({ name }) => name), ...TOPIC_NAMES];

for (const name of [undefined, ...NAMES]) {
  Deno.test(`helpText() fits 80 columns when it is about ${name ?? "everything"}`, async () => {
    const text = await helpText(name);
    assertEquals(text.split("\n").filter((line) => line.length > 80), []);
    assert(!/undefined|\[object|\n\n\n/.test(text), text);
  });
}

for (const spec of SPECS.filter(({ name }) => name !== "help")) {
  Deno.test(`helpText() has synopsis, options, an example and exit codes of ${spec.name}`, async () => {
    const text = await helpText(spec.name);
    const words = text.replace(/\s+/g, " ");
    for (const line of synopses(spec)) assertStringIncludes(words, line);
    for (const { name, help } of spec.flags) {
      assertStringIncludes(text, `--${name}`);
      assertStringIncludes(words, help.replace(/\s+/g, " "));
    }
    const example = /\nExamples?:\n {2}(?<line>.+)\n/.exec(text)?.groups?.line;
    assertStringIncludes(example!, `edgeboot ${spec.name}`);
    assert(!/[[\]]|APP|OPTIONS|…/.test(example!), example);
    for (const [code] of exitRowsOf(spec)) {
      assert(new RegExp(`^ {2}${code} `, "m").test(text));
    }
  });
}

for (const command of COMMANDS) {
  Deno.test(`shortHelp() has synopsis and main options of ${command.name}, and is short`, async () => {
    const text = shortHelp(COMMANDS, command.name);
    const words = text.replace(/\s+/g, " ");
    for (const line of synopses(command)) assertStringIncludes(words, line);
    for (const name of command.main) assertStringIncludes(text, `--${name}`);
    const known = command.flags.map(({ name }) => name);
    assertEquals(command.main.filter((name) => !known.includes(name)), []);
    assert(text.length < (await helpText(command.name)).length / 1.5, text);
    assertEquals(text.split("\n").filter((line) => line.length > 80), []);
  });
}

Deno.test("helpText() says all of a topic that is named like a command", async () => {
  for (const name of Object.keys(TOPICS)) {
    const words = (await helpText(name)).replace(/\s+/g, " ");
    const [first] = TOPICS[name]!.split("\n\n");
    assertStringIncludes(words, first!.replace(/\s+/g, " ").trim());
  }
});

Deno.test("helpText() suggests the nearest topic or command", async () => {
  for (const [wrong, right] of [["regsitry", "registry"], ["fetc", "fetch"]] as const) {
    const error = await assertRejects(() => helpText(wrong), EdgebootError);
    assertEquals([error.code, error.text.why], ["USAGE", `did you mean ${right}?`]);
  }
  // Names of Object.prototype are no topics.
  await assertRejects(() => helpText("constructor"), EdgebootError);
});

Deno.test("manPage() has no verbatim line that is too wide for 80 columns", async () => {
  const topics = await Promise.all(TOPIC_NAMES.map(topicBlocks));
  const blocks = [...SPECS.map(commandBlocks), ...topics].flatMap((each) => each!);
  const lines = blocks.flatMap((block) => block.kind === "verbatim" ? block.lines : []);
  assert(lines.length > 0);
  assertEquals(lines.filter((line) => line.length > VERBATIM_COLUMNS), []);
});

Deno.test("manPage() has every command, setting, variable, exit code and topic", async () => {
  // Escaped dashes and the like aside.
  const page = (await manPage(COMMANDS)).replaceAll("\\-", "-");
  for (const { name } of SPECS) assertStringIncludes(page, `.SS "${name}"\n`);
  for (const topic of TOPIC_NAMES) {
    const title = topic === "exit-codes" ? "EXIT STATUS" : topic.toUpperCase();
    assertStringIncludes(page, `.SH "${title}"\n`);
  }
  for (const setting of SETTINGS as readonly SettingSpec[]) {
    assertStringIncludes(page, setting.env);
    if (!setting.secret) assertStringIncludes(page, `--${setting.name}`);
  }
  for (const code of Object.values(EXIT_CODES)) assertStringIncludes(page, `.B ${code}\n`);
  for (const { flags } of SPECS) {
    for (const { name } of flags) assertStringIncludes(page, `--${name}`);
  }
});
