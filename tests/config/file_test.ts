import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { DEFAULT_CONFIG_PATH, readConfigFile } from "../../src/config/file.ts";
import type { Believer } from "../../src/model/ownership.ts";
import { FakeFs, type FakeStat } from "../support/fake_fs.ts";
import { assertRefused } from "../support/refusal.ts";

const ME: Believer = { uid: 1000, trusted: new Set() };

Deno.test("readConfigFile gives undefined when the default file is absent", async () => {
  assertEquals(await readConfigFile(undefined, new FakeFs({}), ME), undefined);
});

Deno.test("readConfigFile reads settings by name, with - or _", async () => {
  const toml = '# comment\nregistry = "https://host/r"\noffline = true\nlog_level = "debug"\n';
  const file = await readConfigFile(undefined, new FakeFs({ [DEFAULT_CONFIG_PATH]: toml }), ME);
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
    const error = await assertRefused(
      () => readConfigFile("/c.toml", fs, ME),
      "CONFIG_INVALID",
      78,
    );
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
    const error = await assertRefused(
      () => readConfigFile("/c.toml", fs, ME),
      "CONFIG_INVALID",
      78,
    );
    assertEquals(/hunter2/.test(JSON.stringify([error.message, error.text, error.facts])), false);
    assertEquals(error.cause, undefined, "-v prints causes");
  }
});

Deno.test("readConfigFile refuses a named file that is absent or closed", async () => {
  const absent = () => readConfigFile("/c.toml", new FakeFs({}), ME);
  await assertRefused(absent, "CONFIG_INVALID", 78);
  const closed = new FakeFs({ "/c.toml": "" }, {}, ["/c.toml"]);
  await assertRefused(() => readConfigFile("/c.toml", closed, ME), "CONFIG_INVALID", 78);
});

const STRANGERS: [what: string, stat: FakeStat, says: RegExp | undefined][] = [
  ["root's", { uid: 0, mode: 0o644 }, undefined],
  ["the user's own", { uid: 1000, gid: 1000, mode: 0o664 }, undefined],
  ["a listed user's", { uid: 7, mode: 0o644 }, undefined],
  ["another user's", { uid: 4501, mode: 0o600 }, /it belongs to uid 4501/],
  ["open to all", { uid: 0, mode: 0o666 }, /every user may write/],
  ["open to a group", { uid: 0, gid: 4600, mode: 0o664 }, /group 4600 may write/],
];

for (const [what, stat, says] of STRANGERS) {
  Deno.test(`readConfigFile ${says ? "doubts" : "believes"} a file that is ${what}`, async () => {
    const fs = new FakeFs({ "/c.toml": 'registry = "/r"\n' }, { "/c.toml": stat });
    const trusted = new Set([7]);
    const { doubt } = (await readConfigFile("/c.toml", fs, { uid: 1000, trusted }))!;
    if (says === undefined) return assertEquals(doubt, undefined);
    assertMatch(doubt!, says);
    const asRoot = () => readConfigFile("/c.toml", fs, { uid: 0, trusted });
    const { message } = await assertRefused(asRoot, "PERMISSION_DENIED", 77);
    assertMatch(message, says);
  });
}
