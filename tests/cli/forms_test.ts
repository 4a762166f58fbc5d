import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Command, Form } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { type FlagSpec, scanFlags } from "../../src/cli/flags.ts";
import { judge, type Judged } from "../../src/cli/forms.ts";
import { misuseOf } from "../../src/cli/misuse.ts";

function read(command: Command, args: readonly string[], env: Record<string, string> = {}): Judged {
  return judge(command, scanFlags(args, command), { get: (name) => env[name] });
}

function named(name: string): Command {
  return COMMANDS.find((command) => command.name === name)!;
}

/** A flag as it is typed, with a value where it takes one. */
function typed({ name, placeholder }: FlagSpec): string[] {
  return placeholder === undefined ? [`--${name}`] : [`--${name}`, "1"];
}

/** A line of this form with all that it needs and nothing else. */
function lineOf(command: Command, form: Form): string[] {
  const needs = [...form.needs ?? [], ...form.requires ?? []].flatMap((name) =>
    typed(command.flags.find((flag) => flag.name === name)!)
  );
  const operands = form.operands.filter(({ optional }) => !optional).map(() => "app");
  return [...needs, ...form.verbs?.slice(0, 1) ?? [], ...operands];
}

const LINES = COMMANDS.flatMap((command) =>
  command.forms.flatMap((form) =>
    (form.verbs ?? [undefined]).map((verb) => ({ command, form, verb }))
  )
);

for (const { command, form, verb } of LINES) {
  const label = [command.name, verb, ...form.needs?.map((name) => `--${name}`) ?? []].join(" ");

  Deno.test(`judge() takes ${label} as it is declared, and no operand more or less`, () => {
    const line = lineOf(command, form);
    assertEquals(read(command, line).fault, undefined);
    if (!form.operands.at(-1)?.repeats) {
      const many = [...line, ...form.operands.map(() => "app"), "app"];
      assertEquals(read(command, many).fault?.kind, "too-many");
    }
    if (form.operands.some(({ optional }) => !optional)) {
      assertEquals(read(command, line.slice(0, -1)).fault?.kind, "too-few");
    }
  });

  for (const required of form.requires ?? []) {
    Deno.test(`judge() misses --${required} in ${label}`, async () => {
      const line = lineOf(command, form);
      const at = line.indexOf(`--${required}`);
      const { fault } = read(command, line.filter((_, index) => index !== at && index !== at + 1));
      assertEquals(fault?.kind, "lacks");
      const { text } = await misuseOf(fault!, command);
      assertMatch(text.why, new RegExp(`^--${required} .* is missing: edgeboot ${command.name}`));
    });
  }

  for (const flag of command.flags) {
    if (verb === undefined && flag.needs === undefined) continue;
    Deno.test(`judge() lets --${flag.name} go with ${label} only where it is declared to`, async () => {
      const line = verb === undefined || form.verbs?.[0] === verb
        ? lineOf(command, form)
        : lineOf(command, form).map((word) => word === form.verbs?.[0] ? verb! : word);
      const { fault } = read(command, [...typed(flag), ...line]);
      const lacks = flag.needs !== undefined && !form.needs?.includes(flag.needs);
      if (flag.verbs?.includes(verb!) === false) {
        assertEquals(fault?.kind, "other-verb");
        const { text } = await misuseOf(fault!, command);
        for (const own of flag.verbs) {
          assertMatch(text.why, new RegExp(`\`${command.name} ${own}\``));
        }
      } else if (lacks) {
        assertEquals(fault?.kind, "needs");
        assertMatch((await misuseOf(fault!, command)).text.why, new RegExp(`--${flag.needs}`));
      } else if (fault !== undefined) {
        // The flag chooses another form, which asks for other operands.
        const chosen = command.forms.find(({ needs }) => needs?.includes(flag.name));
        assert(chosen !== undefined && fault.kind === "too-many", fault.kind);
      }
    });
  }
}

Deno.test("COMMANDS have a form without options for each verb, and no name twice", () => {
  for (const { name, forms, flags, main } of COMMANDS) {
    const verbs = new Set(forms.flatMap((form) => form.verbs ?? [""]));
    for (const verb of verbs) {
      const plain = forms.filter(({ verbs = [""], needs }) =>
        verbs.includes(verb) && needs === undefined
      );
      assertEquals(plain.length, 1, `${name} ${verb}`);
    }
    const known = flags.map((flag) => flag.name);
    const used = forms.flatMap(({ needs = [], requires = [], shows = [] }) => [
      ...[...needs, ...requires, ...shows],
    ]);
    const others = flags.flatMap(({ needs = [] }) => needs);
    assertEquals([...used, ...others, ...main].filter((flag) => !known.includes(flag)), [], name);
    const owners = flags.flatMap(({ verbs = [] }) => verbs);
    assertEquals(owners.filter((verb) => !verbs.has(verb)), [], name);
  }
  assertEquals(new Set(COMMANDS.map(({ name }) => name)).size, COMMANDS.length);
});

Deno.test("COMMANDS print JSON wherever they take --json, under a name that has a schema", () => {
  const declared = COMMANDS.flatMap(({ records = {} }) => Object.keys(records));
  assertEquals(new Set(declared).size, declared.length);
  for (const { command, form, verb } of LINES) {
    const json = command.flags.find(({ name }) => name === "json");
    if (json === undefined) continue;
    const dry = json.needs === undefined ? [] : [`--${json.needs}`];
    const { parsed } = read(command, ["--json", ...dry, ...lineOf(command, form)]);
    assert(declared.includes(parsed.json!), `${command.name} ${verb}: ${parsed.json}`);
  }
});

Deno.test("judge() names the record by form and flags, and a general one where there is no form", () => {
  const json = (name: string, ...args: string[]) => read(named(name), args).parsed.json;
  assertEquals(json("cache", "list"), undefined);
  assertEquals(json("cache", "list", "--json"), "cache-list");
  assertEquals(json("cache", "--json", "list", "--quarantine"), "cache-quarantine");
  assertEquals(json("cache", "--json"), "error");
  assertEquals(json("run", "--json", "app"), undefined, "stdout is the app's");
  assertEquals(json("run", "--json", "--dry-run", "app"), "explain");
  assertEquals(json("fetch", "--json", "--dry-run", "app"), "fetch-plan");
});

Deno.test("judge() takes an operand from its variable where the line has none", () => {
  const env = { EDGEBOOT_APP: "web" };
  assertEquals(read(named("fetch"), [], env).parsed.rest, ["web"]);
  assertEquals(read(named("fetch"), ["x"], env).parsed.rest, ["x"]);
  assertEquals(read(named("doctor"), ["--fetch"], env).fault, undefined);
  assertEquals(read(named("doctor"), ["--fetch"]).fault?.kind, "too-few");
  assertEquals(read(named("verify"), [], env).parsed.rest, []);
});

Deno.test("judge() takes out the dashes between APP and COMMAND, and no others", () => {
  const rest = (...args: string[]) => read(named("exec"), args).parsed.rest;
  assertEquals(rest("app", "--", "python", "--", "x"), ["app", "python", "--", "x"]);
  assertEquals(rest("app", "python", "--", "x"), ["app", "python", "--", "x"]);
  assertEquals(rest("--", "app", "--", "--", "x"), ["app", "--", "x"]);
  assertEquals(read(named("exec"), ["app", "--"]).fault?.kind, "too-few");
});
