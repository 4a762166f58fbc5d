import { assert, assertEquals } from "@std/assert";
import { withTables } from "../../scripts/readme/tables.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { TOPIC_NAMES } from "../../src/cli/help/documents.ts";
import { CONTROL_VARIABLES } from "../../src/config/settings.ts";

const README = await Deno.readTextFile(new URL("../../README.md", import.meta.url));

Deno.test("the README's tables are as the declarations make them (deno task readme)", () => {
  assertEquals(README, withTables(README));
});

Deno.test("the README names no flag of edgeboot and no variable that is not there", () => {
  const variables = [...README.matchAll(/\bEDGEBOOT_[A-Z_]+[A-Z]\b/g)].map(([name]) => name);
  const known = [...CONTROL_VARIABLES, "EDGEBOOT_CURRENT_"];
  assertEquals(variables.filter((name) => !known.some((each) => name.startsWith(each))), []);
});

Deno.test("the README sends to help topics that are there", () => {
  const asked = [...README.matchAll(/`edgeboot help ([a-z-]+)`/g)].map(([, name]) => name!);
  const known = new Set([...TOPIC_NAMES, ...COMMANDS.map(({ name }) => name)]);
  assert(asked.length > 0);
  assertEquals(asked.filter((name) => !known.has(name)), []);
});

Deno.test("no text of the program sends to a command that is not there", async () => {
  const known = new Set(COMMANDS.map(({ name }) => name));
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
