import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { COMMANDS } from "../../src/cli/commands.ts";
import { type FlagGrammar, scanFlags } from "../../src/cli/flags.ts";

function grammarOf(name: string): FlagGrammar {
  return COMMANDS.find((command) => command.name === name)!;
}

const RUN = grammarOf("run");
const FETCH = grammarOf("fetch");

function parse(args: string[], grammar = RUN) {
  const { values, verbosity, rest } = scanFlags(args, grammar);
  return { values: Object.fromEntries(values), verbosity, rest };
}

const TABLE: [args: string[], values: Record<string, string | true>, rest: string[]][] = [
  [[], {}, []],
  [["app"], {}, ["app"]],
  [["--registry", "/r", "app"], { registry: "/r" }, ["app"]],
  [["--registry=/r=x", "app"], { registry: "/r=x" }, ["app"]],
  [["--registry", "/a", "--registry", "/b", "app"], { registry: "/b" }, ["app"]],
  [["--python-path", "a", "--python-path=b", "app"], { "python-path": "a:b" }, ["app"]],
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
  Deno.test(`scanFlags reads run ${JSON.stringify(args)}`, () => {
    assertEquals(parse(args), { values, verbosity: 0, rest });
  });
}

Deno.test("scanFlags takes flags after arguments when they do not belong to somebody else", () => {
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
  Deno.test(`scanFlags counts ${verbosity} when it reads ${args.join(" ")}`, () => {
    assertEquals(parse(args).verbosity, verbosity);
  });
}

const BAD: [args: string[], fault: "no-value" | "value"][] = [
  [["--registry"], "no-value"],
  [["--registry", ""], "no-value"],
  [["--registry="], "no-value"],
  [["--offline=yes", "app"], "value"],
];

for (const [args, fault] of BAD) {
  Deno.test(`scanFlags finds ${fault} in ${JSON.stringify(args)}`, () => {
    assertEquals(scanFlags(args, RUN).fault?.kind, fault);
  });
}

for (const flag of ["--regisrty", "-x", "--no-offline", "-vx", "--offline-x", "---", "-vh"]) {
  Deno.test(`scanFlags finds an unknown flag when it reads ${flag}`, () => {
    assertEquals(scanFlags([flag, "app"], RUN).fault, { kind: "unknown-flag", flag });
  });
}

Deno.test("scanFlags tells -h and --help apart, behind a fault, too", () => {
  assertEquals(scanFlags(["-h"], RUN).help, "short");
  assertEquals(scanFlags(["--nope", "--help"], RUN).help, "whole");
  assertEquals(scanFlags(["app", "--help"], RUN).help, "no");
  assertEquals(scanFlags(["app", "--help"], FETCH).help, "whole");
});

Deno.test("scanFlags keeps the app's arguments byte for byte, whatever they are", () => {
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

Deno.test("scanFlags makes no operand of its own, whatever it reads", () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: "binary" })), (args) => {
    for (const { name } of COMMANDS) {
      const { rest } = scanFlags(args, grammarOf(name));
      assert(rest.every((word) => args.includes(word)));
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
