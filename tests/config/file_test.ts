import { assertEquals, assertStringIncludes } from "@std/assert";
import { DEFAULT_CONFIG_PATH, readConfigFile } from "../../src/config/file.ts";
import { FakeFs } from "../support/fake_fs.ts";
import { assertRefused } from "../support/refusal.ts";

Deno.test("readConfigFile gives undefined when the default file is absent", async () => {
  assertEquals(await readConfigFile(undefined, new FakeFs({})), undefined);
});

Deno.test("readConfigFile reads settings by name, with - or _", async () => {
  const toml = '# comment\nregistry = "https://host/r"\noffline = true\nlog_level = "debug"\n';
  const file = await readConfigFile(undefined, new FakeFs({ [DEFAULT_CONFIG_PATH]: toml }));
  assertEquals(file?.path, DEFAULT_CONFIG_PATH);
  assertEquals(Object.fromEntries(file!.values), {
    registry: "https://host/r",
    offline: "yes",
    "log-level": "debug",
  });
});

const BAD: [toml: string, says: string][] = [
  ["registry =", "it is not TOML"],
  ["offline = true\ntoken = hunter2", "it is not TOML at line 2, column 8"],
  ["registry = 1", "registry must be a string, true or false"],
  ['registry = ""', "registry must be a string"],
  ['registri = "x"', 'there is no setting "registri"'],
  ['[registry]\nurl = "x"', "registry must be a string"],
  ["<html>", ""],
];

for (const [toml, says] of BAD) {
  Deno.test(`readConfigFile refuses ${JSON.stringify(toml)}`, async () => {
    const fs = new FakeFs({ "/c.toml": toml });
    const error = await assertRefused(() => readConfigFile("/c.toml", fs), "CONFIG_INVALID", 78);
    assertStringIncludes(error.message, "/c.toml");
    assertStringIncludes(error.message, says);
    assertEquals(/hunter2/.test(`${error.message}${error.text.next}${error.cause}`), false);
  });
}

Deno.test("readConfigFile repeats nothing of a file that is no TOML", async () => {
  const bad = [
    "x = hunter2",
    'x = "hunter2',
    "x = [hunter2",
    "[hunter2",
    "= hunter2",
    "hunter2",
    'x = "a" hunter2',
    "x = {a = hunter2",
    "x = 'hunter2",
    "x = 2026-hunter2",
    'x = """hunter2',
  ];
  for (const toml of bad) {
    const fs = new FakeFs({ "/c.toml": toml });
    const error = await assertRefused(() => readConfigFile("/c.toml", fs), "CONFIG_INVALID", 78);
    assertEquals(/hunter2/.test(JSON.stringify([error.message, error.text, error.facts])), false);
    assertEquals(error.cause, undefined, "-v prints causes");
  }
});

Deno.test("readConfigFile refuses a named file that is absent or closed", async () => {
  const absent = () => readConfigFile("/c.toml", new FakeFs({}));
  await assertRefused(absent, "CONFIG_INVALID", 78);
  const closed = new FakeFs({ "/c.toml": "" }, {}, ["/c.toml"]);
  await assertRefused(() => readConfigFile("/c.toml", closed), "CONFIG_INVALID", 78);
});
