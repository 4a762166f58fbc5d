import { assertEquals, assertThrows } from "@std/assert";
import { EdgebootError } from "../../src/model/errors.ts";
import { parseRelease } from "../../src/model/release.ts";

const HEX = "ab".repeat(32);

function parse(extra: object) {
  const release = {
    schema: "edgeboot.release/v1",
    app: "a",
    version: "1",
    layers: [{ sha256: HEX }],
  };
  return parseRelease(JSON.stringify({ ...release, ...extra }), "x");
}

const ACCEPTED: readonly (readonly string[])[] = [
  [],
  ["-X", "dev", "-W", "error::DeprecationWarning", "-OO"],
  ["-Xfaulthandler", "-Wignore", "-u", "-bb", "-vvv"],
];

for (const args of ACCEPTED) {
  Deno.test(`parseRelease accepts python_args ${JSON.stringify(args)}`, () => {
    assertEquals(parse({ python_args: args }).pythonArgs, args);
    const { entryPoints } = parse({ entrypoint: { module: "m", python_args: args } });
    assertEquals(entryPoints.get("default")!.pythonArgs, args);
  });
}

/** What would start something else, or take the layers off the path. */
const REFUSED: readonly (readonly [readonly string[], number])[] = [
  [["-c", "x"], 0],
  [["-m", "x"], 0],
  [["-I"], 0],
  [["-E"], 0],
  [["-S"], 0],
  [["-s"], 0],
  [["-uI"], 0],
  [["-u", "x.py"], 1],
  [["-X"], 0],
  [["-X", "-c"], 0],
  [["-X-c"], 0],
  [["-W", ""], 0],
  [["-O", "--"], 1],
];

for (const [args, index] of REFUSED) {
  Deno.test(`parseRelease refuses python_args ${JSON.stringify(args)}`, () => {
    const error = assertThrows(() => parse({ python_args: args })) as EdgebootError;
    assertEquals([error.code, error.facts.json_path], ["RELEASE_INVALID", `python_args[${index}]`]);
  });
}

for (const isolation of ["shared", "hermetic"] as const) {
  Deno.test(`parseRelease accepts isolation ${isolation}`, () => {
    assertEquals(parse({ isolation }).isolation, isolation);
  });
}

Deno.test("parseRelease refuses an isolation that does not exist", () => {
  const error = assertThrows(() => parse({ isolation: "container" })) as EdgebootError;
  assertEquals([error.code, error.facts.json_path], ["RELEASE_INVALID", "isolation"]);
});

Deno.test("parseRelease keeps default_args apart from args", () => {
  const { entryPoints } = parse({ entrypoint: { module: "m", args: ["a"], default_args: ["d"] } });
  assertEquals(entryPoints.get("default"), {
    ...{ kind: "module", module: "m", args: ["a"], defaultArgs: ["d"] },
  });
});
