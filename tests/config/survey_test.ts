import { assertEquals, assertMatch } from "@std/assert";
import { surveyConfig } from "../../src/config/survey.ts";

function survey(env: Record<string, string>, flags: Record<string, string> = {}) {
  const fs = { readText: () => "token-of-a-file\n" };
  const variables = new Map(Object.entries(env));
  const typed = new Map(Object.entries(flags));
  const sources = { flags: typed, env: variables, file: undefined, fs, cwd: () => "/here" };
  return surveyConfig(sources, [...variables.keys()]);
}

Deno.test("surveyConfig keeps what is sound and tells each value that is not", () => {
  const { config, refusals } = survey(
    { EDGEBOOT_CACHE: "/c", EDGEBOOT_LOG: "xml", EDGEBOOT_TOKEN_FILE: "/t" },
    { "lock-timeout": "soon" },
  );
  assertEquals([config.cache?.value, config.log, config.token], ["/c", "text", "token-of-a-file"]);
  assertEquals(refusals.map(({ code }) => code).sort(), ["CONFIG_INVALID", "USAGE"]);
  assertMatch(refusals.map(({ text }) => text.what).join(), /"xml"/);
});

Deno.test("surveyConfig names variables that are no settings", () => {
  const { unknownVariables } = survey({
    ...{ EDGEBOOT_REGISTY: "x", EDGEBOOT_APP: "x", EDGEBOOT_CURRENT_APP: "x", PATH: "x" },
    ...{ EDGEBOOT_TOKEN_FILE: "x" },
  });
  assertEquals(unknownVariables, ["EDGEBOOT_REGISTY"]);
});
