import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { COMMANDS } from "../../src/cli/commands.ts";
import { type FlagGrammar, parseFlags, UnknownFlag } from "../../src/cli/flags.ts";
import { assertRefused } from "../support/refusal.ts";

function grammarOf(name: string): FlagGrammar {
  const spec = COMMANDS.find((command) => command.name === name)!;
  return { ...spec, command: spec.name };
}

const RUN = grammarOf("run");
const FETCH = grammarOf("fetch");

function parse(args: string[], grammar = RUN) {
  const { values, verbosity, rest } = parseFlags(args, grammar);
  return { values: Object.fromEntries(values), verbosity, rest };
}

const TABLE: [args: string[], values: Record<string, string | true>, rest: string[]][] = [
  [[], {}, []],
  [["app"], {}, ["app"]],
  [["--registry", "/r", "app"], { registry: "/r" }, ["app"]],
  [["--registry=/r=x", "app"], { registry: "/r=x" }, ["app"]],
  [["--registry", "/a", "--registry", "/b", "app"], { registry: "/b" }, ["app"]],
  [["--offline", "app", "--offline"], { offline: true }, ["app", "--offline"]],
  [["app", "--registry", "/r", "-v"], {}, ["app", "--registry", "/r", "-v"]],
  [["app", "--", "--x"], {}, ["app", "--", "--x"]],
  [["--", "app", "--", "x"], {}, ["app", "--", "x"]],
  [["--", "--offline"], {}, ["--offline"]],
  [["-", "x"], {}, ["-", "x"]],
  [["", "x"], {}, ["", "x"]],
  [["--entry", "--weird", "app"], { entry: "--weird" }, ["app"]],
  [["--bundle", "u", "--sha256", "h", "--", "a", "--"], { bundle: "u", sha256: "h" }, ["a", "--"]],
];

for (const [args, values, rest] of TABLE) {
  Deno.test(`parseFlags reads run ${JSON.stringify(args)}`, () => {
    assertEquals(parse(args), { values, verbosity: 0, rest });
  });
}

Deno.test("parseFlags takes flags after arguments when they do not belong to somebody else", () => {
  const { values, rest } = parse(["a", "--offline", "b", "--", "--json"], FETCH);
  assertEquals([values, rest], [{ offline: true }, ["a", "b", "--json"]]);
});

const VERBOSITY: [args: string[], verbosity: number][] = [
  [["-v", "app"], 1],
  [["-vv", "app"], 2],
  [["-v", "-vvv", "app", "-v"], 4],
  [["--verbose", "app"], 1],
  [["--verbose", "-v", "app"], 2],
];

for (const [args, verbosity] of VERBOSITY) {
  Deno.test(`parseFlags counts ${verbosity} when it reads ${args.join(" ")}`, () => {
    assertEquals(parse(args).verbosity, verbosity);
  });
}

const BAD = [["--registry"], ["--registry", ""], ["--registry="], ["--offline=yes", "app"]];

for (const args of BAD) {
  Deno.test(`parseFlags refuses ${JSON.stringify(args)}`, async () => {
    const error = await assertRefused(() => parseFlags(args, RUN), "USAGE", 64);
    assertStringIncludes(error.text.next, "edgeboot help run");
  });
}

for (const flag of ["--regisrty", "-x", "--no-offline", "-vx", "--offline-x", "---", "-vh"]) {
  Deno.test(`parseFlags throws UnknownFlag when it reads ${flag}`, () => {
    try {
      parseFlags([flag, "app"], RUN);
    } catch (error) {
      if (!(error instanceof UnknownFlag)) throw error;
      return assertEquals(error.flag, flag);
    }
    throw new Error("it was accepted");
  });
}

Deno.test("parseFlags keeps the app's arguments byte for byte, whatever they are", () => {
  const flags = fc.constantFrom([], ["--offline"], ["--registry", "/r"], ["-vv"], ["--entry=x"]);
  const argument = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("--", "-", "-v", "--help", "--offline", "--registry", ""),
  );
  fc.assert(fc.property(flags, fc.boolean(), fc.array(argument), (flags, dashes, args) => {
    const before = dashes ? [...flags, "--"] : flags;
    assertEquals(parse([...before, "app", ...args]).rest, ["app", ...args]);
  }));
});

Deno.test("parseFlags throws nothing but EdgebootError and UnknownFlag", () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: "binary" })), (args) => {
    for (const { name } of COMMANDS) {
      try {
        const { rest } = parseFlags(args, grammarOf(name));
        assert(rest.length <= args.length);
      } catch (error) {
        if (!(error instanceof UnknownFlag)) assertEquals((error as Error).name, "EdgebootError");
      }
    }
  }));
});

Deno.test("COMMANDS give every flag a help text and no name twice", () => {
  for (const { name, flags } of COMMANDS) {
    const names = flags.map((flag) => flag.name);
    assertEquals(new Set(names).size, names.length, name);
    assert(flags.every(({ help }) => help !== ""), name);
    assert(!names.includes("token"), `${name} shows a secret in ps`);
  }
});
