import { assert, assertEquals } from "@std/assert";
import { type Config, resolveConfig } from "../../src/config/config.ts";
import {
  AGE,
  COUNT,
  type Kind,
  REFRESH,
  SIZE,
  SWITCH,
  TEXT,
  UIDS,
} from "../../src/config/kinds.ts";
import { SETTING_WORDS } from "../../src/config/setting_words.ts";
import {
  CONTROL_VARIABLES,
  type NamedSetting,
  SETTINGS,
  type SettingSpec,
} from "../../src/config/settings.ts";
import { FakeFs } from "../support/fake_fs.ts";
import { assertRefused } from "../support/refusal.ts";

interface Sources {
  readonly flags?: Record<string, string | true>;
  readonly env?: Record<string, string>;
  readonly file?: Record<string, string>;
  readonly files?: Record<string, string>;
}

function resolve({ flags = {}, env = {}, file, files = {} }: Sources): Config {
  return resolveConfig({
    flags: new Map(Object.entries(flags)),
    env: { get: (name) => env[name] },
    file: file && { path: "/etc/edgeboot/config.toml", values: new Map(Object.entries(file)) },
    fs: new FakeFs(files),
    cwd: () => "/here",
  });
}

Deno.test("resolveConfig has the defaults of the contract when nothing is set", () => {
  const config = resolve({});
  assertEquals(config.registry, undefined);
  assertEquals(config.cache, undefined);
  assertEquals(config.refresh, { kind: "always" });
  assertEquals([config.offline, config.inheritPythonPath], [false, false]);
  assertEquals([config.log, config.logLevel], ["text", "info"]);
  assertEquals(config.origins.size, 0);
});

const SAMPLES = new Map<Kind<unknown>, [flag: string, env: string, file: string]>([
  [TEXT, ["/flag", "/env", "/file"]],
  [SWITCH, ["yes", "no", "yes"]],
  [REFRESH, ["1s", "2s", "3s"]],
  [SIZE, ["1GB", "2GiB", "3000"]],
  [COUNT, ["1", "2", "3"]],
  [AGE, ["1s", "2m", "3h"]],
  [UIDS, ["1", "2,3", "any"]],
]);

for (const spec of SETTINGS as readonly SettingSpec[]) {
  if (spec.secret) continue;
  const words = spec.kind.choices;
  const choices = words === undefined ? SAMPLES.get(spec.kind)! : [words[0]!, words[1]!, words[0]!];
  Deno.test(`resolveConfig takes ${spec.name} from flag, then ${spec.env}, then file`, () => {
    const flags = { [spec.name]: spec.kind === SWITCH ? true as const : choices[0]! };
    const env = { [spec.env]: choices[1]! };
    const file = { [spec.name]: choices[2]! };
    const origin = (sources: Sources) => {
      const setting = resolve(sources).origins.get(spec.name as "registry");
      return [setting?.value, setting?.origin];
    };
    assertEquals(origin({ flags, env, file }), [choices[0], `--${spec.name}`]);
    assertEquals(origin({ env, file }), [choices[1], spec.env]);
    assertEquals(origin({ file }), [choices[2], "/etc/edgeboot/config.toml"]);
    assertEquals(origin({ env: { [spec.env]: "" }, file }), origin({ file }));
  });
}

Deno.test("resolveConfig reads typed values from every source", () => {
  const config = resolve({
    flags: { offline: true },
    env: { EDGEBOOT_REFRESH: "10m", EDGEBOOT_INHERIT_PYTHONPATH: "1" },
    file: { log: "json", "log-level": "debug" },
  });
  assertEquals([config.offline, config.inheritPythonPath], [true, true]);
  assertEquals(config.refresh, { kind: "after", ms: 600_000 });
  assertEquals([config.log, config.logLevel], ["json", "debug"]);
});

const BAD: [sources: Sources, code: "USAGE" | "CONFIG_INVALID", exit: number][] = [
  [{ flags: { refresh: "soon" } }, "USAGE", 64],
  [{ flags: { log: "xml" } }, "USAGE", 64],
  [{ flags: { "max-unpacked-size": "lots" } }, "USAGE", 64],
  [{ env: { EDGEBOOT_MAX_ENTRIES: "0" } }, "CONFIG_INVALID", 78],
  [{ env: { EDGEBOOT_OFFLINE: "maybe" } }, "CONFIG_INVALID", 78],
  [{ env: { EDGEBOOT_LOG_LEVEL: "trace" } }, "CONFIG_INVALID", 78],
  [{ file: { refresh: "30" } }, "CONFIG_INVALID", 78],
  [{ env: { EDGEBOOT_TOKEN: "two words" } }, "CONFIG_INVALID", 78],
  [{ env: { EDGEBOOT_TOKEN: "schlüssel" } }, "CONFIG_INVALID", 78],
  [{ env: { EDGEBOOT_TOKEN_FILE: "/empty" }, files: { "/empty": "\nx" } }, "CONFIG_INVALID", 78],
  [{ env: { EDGEBOOT_TOKEN_FILE: "/missing" } }, "CONFIG_INVALID", 78],
];

for (const [sources, code, exit] of BAD) {
  Deno.test(`resolveConfig refuses ${JSON.stringify(sources)} with ${exit}`, async () => {
    const error = await assertRefused(() => resolve(sources), code, exit);
    assert(!/two words|schlüssel/.test(error.message), "a secret is shown");
  });
}

Deno.test("resolveConfig reads a secret from its variable, then from the first line of a file", () => {
  const files = { "/run/token": "abc\r\nmore\n" };
  const env = { EDGEBOOT_TOKEN_FILE: "/run/token" };
  assertEquals(resolve({ env, files }).token, "abc");
  assertEquals(resolve({ env: { ...env, EDGEBOOT_TOKEN: "xyz" }, files }).token, "xyz");
  assertEquals(resolve({ env: { ...env, EDGEBOOT_TOKEN: "" }, files }).token, "abc");
});

Deno.test("resolveConfig masks secrets in origins and nowhere else", () => {
  const config = resolve({
    env: { EDGEBOOT_TOKEN: "abc", EDGEBOOT_REGISTRY: "https://us:p@ss@host/r" },
  });
  assertEquals(config.origins.get("token")?.value, "(secret)");
  assertEquals(config.origins.get("registry")?.value, "https://(secret)@host/r");
  assertEquals(config.registry?.value, "https://us:p@ss@host/r");
});

Deno.test("CONTROL_VARIABLES hold every variable of the settings, and where secrets lie", () => {
  for (const spec of SETTINGS) assert(CONTROL_VARIABLES.includes(spec.env), spec.env);
  for (const name of ["EDGEBOOT_APP", "EDGEBOOT_CONFIG", "EDGEBOOT_TOKEN_FILE"]) {
    assert(CONTROL_VARIABLES.includes(name), name);
  }
});

Deno.test("SETTINGS give no flag to a secret and one of everything to the others", () => {
  const unique = (values: readonly string[]) => new Set(values).size === values.length;
  assert(unique(SETTINGS.map(({ name }) => name)));
  assert(unique(SETTINGS.map(({ env }) => env)));
  assert(SETTINGS.every(({ env }) => /^EDGEBOOT_[A-Z_]+$/.test(env)));
});

Deno.test("SETTINGS tell people the default that the program takes", () => {
  for (const { name, kind, initial } of SETTINGS as readonly NamedSetting[]) {
    if (initial === undefined) continue;
    const { fallback } = SETTING_WORDS[name];
    const told = name === "trusted-uids" ? new Set() : kind.parse(fallback!);
    assertEquals(told, initial, name);
  }
});

Deno.test("resolveConfig takes a relative registry from where it is typed when it is a flag", () => {
  assertEquals(resolve({ flags: { registry: "./reg" } }).registry?.value, "/here/reg");
  // A service has no place where somebody types.
  assertEquals(resolve({ env: { EDGEBOOT_REGISTRY: "./reg" } }).registry?.value, "./reg");
});
