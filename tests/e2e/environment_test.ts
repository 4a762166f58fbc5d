import { assertEquals } from "@std/assert";
import { BINARY } from "./support/binary.ts";
import { command, output } from "./support/command.ts";
import { withEnvironment } from "./support/exact_environment.ts";
import { parseEnviron, PICTURE } from "./support/picture.ts";
import { PYTHON, SEARCH_PATH } from "./support/python.ts";
import { type EdgebootOptions, Sandbox, sha256 as digestOf } from "./support/sandbox.ts";

const START = { entrypoint: { module: "environ" } };

/** What the app gets, in order. */
async function environ(sandbox: Sandbox, args: string[], options: EdgebootOptions = {}) {
  const { code, stdout, stderr } = await sandbox.edgeboot(["run", ...args], options);
  assertEquals(code, 0, stderr);
  return parseEnviron(new TextEncoder().encode(stdout));
}

async function environmentOf(sandbox: Sandbox): Promise<string> {
  return (await sandbox.edgeboot(["env", "env"])).stdout.trim();
}

Deno.test("edgeboot run sets what the contract names and nothing else when the environment is small", async () => {
  await using sandbox = await Sandbox.create();
  const { sha256, text } = await sandbox.publish("env", PICTURE, START);
  const digest = await digestOf(text);
  const tree = `${sandbox.cache}/v1/trees/sha256/${sha256}`;
  const seen = Object.fromEntries(await environ(sandbox, ["env"]));
  assertEquals(seen, {
    PATH: `${await environmentOf(sandbox)}/bin:${SEARCH_PATH}`,
    HOME: sandbox.path("home"),
    TMPDIR: sandbox.path("tmp"),
    PYTHONPATH: tree,
    EDGEBOOT_CURRENT_APP: "env",
    EDGEBOOT_CURRENT_VERSION: "1",
    EDGEBOOT_CURRENT_DIGEST: `sha256:${digest}`,
  });
});

Deno.test("edgeboot run drops variables of other Pythons and its own when they are inherited", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("env", PICTURE, START);
  const secret = await sandbox.write("secret", { token: "from-a-file\n" });
  const dropped = {
    PYTHONHOME: "/nowhere",
    VIRTUAL_ENV: "/venv",
    // CPython 3.11 and later take these for their own path, on Linux too.
    __PYVENV_LAUNCHER__: "/x",
    PYTHONEXECUTABLE: "/y",
    EDGEBOOT_PYTHON: PYTHON.path,
    EDGEBOOT_LOG: "json",
    EDGEBOOT_LOG_LEVEL: "warn",
    EDGEBOOT_OFFLINE: "no",
    EDGEBOOT_REFRESH: "always",
    EDGEBOOT_ENTRY: "environ",
    EDGEBOOT_INHERIT_PYTHONPATH: "no",
    EDGEBOOT_CONFIG: "",
    EDGEBOOT_TOKEN: "",
    EDGEBOOT_TOKEN_FILE: `${secret}/token`,
    PYTHONPATH: "/inherited",
  };
  const kept = { EDGEBOOT_CURRENT_EXTRA: "the app's", PYTHONUNBUFFERED: "1", EMPTY: "" };
  const seen = Object.fromEntries(
    await environ(sandbox, ["env"], { env: { ...dropped, ...kept } }),
  );
  const left = Object.keys(dropped).filter((name) => name !== "PYTHONPATH" && name in seen);
  assertEquals(left, []);
  assertEquals(["EDGEBOOT_REGISTRY", "EDGEBOOT_CACHE"].filter((name) => name in seen), []);
  assertEquals({ ...seen, ...kept }, seen);
  assertEquals(seen.PYTHONPATH?.includes("/inherited"), false);
});

Deno.test("edgeboot run hides the token when EDGEBOOT_TOKEN and EDGEBOOT_APP are set", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("env", PICTURE, START);
  const env = { EDGEBOOT_TOKEN: "s3cret", EDGEBOOT_APP: "env" };
  const seen = await environ(sandbox, [], { env });
  assertEquals(seen.filter(([name, value]) => name in env || value.includes("s3cret")), []);
});

Deno.test("edgeboot run keeps an inherited PYTHONPATH behind the layers when --inherit-pythonpath is given", async () => {
  await using sandbox = await Sandbox.create();
  const { sha256 } = await sandbox.publish("env", PICTURE, START);
  const env = { PYTHONPATH: "/one:/two" };
  const seen = Object.fromEntries(await environ(sandbox, ["--inherit-pythonpath", "env"], { env }));
  assertEquals(seen.PYTHONPATH, `${sandbox.cache}/v1/trees/sha256/${sha256}:/one:/two`);
});

Deno.test("edgeboot run applies set, default and unset when the release has an env", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("env", PICTURE, {
    ...START,
    env: {
      set: { TZ: "UTC", PYTHONSAFEPATH: "" },
      default: { LEVEL: "info", NEW: "d\u00e9faut" },
      unset: ["DEBUG", "ABSENT"],
    },
  });
  const env = { TZ: "Europe/Berlin", LEVEL: "debug", DEBUG: "1", OTHER: "x=y=z" };
  const all = Object.fromEntries(await environ(sandbox, ["env"], { env }));
  const { TZ, LEVEL, NEW, OTHER, PYTHONSAFEPATH } = all;
  assertEquals([TZ, LEVEL, OTHER, PYTHONSAFEPATH], ["UTC", "debug", "x=y=z", ""]);
  assertEquals(NEW, "d\u00c3\u00a9faut", "UTF-8 on the way to the app");
  assertEquals("DEBUG" in all, false);
});

Deno.test("edgeboot run passes the rest on byte for byte and in order when values are not UTF-8", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("env", PICTURE, START);
  await sandbox.edgeboot(["fetch", "env"]);
  const first = ["ZED=last name first", "BYTES=caf\u00e9\u00ff", "A=1", "LONG=" + "x".repeat(5000)];
  const mine = Object.entries(sandbox.environment()).map(([name, value]) => `${name}=${value}`);
  const last = ["_=/usr/bin/env", "with space=ok", "N\u00e4me=latin", "EMPTY="];
  const raw = [...first, ...mine, ...last];
  const target = `${sandbox.path("out")}`;
  const shell = `exec "$@" > ${target}`;
  const python = withEnvironment([BINARY, "run", "env"], raw);
  await output("/bin/sh", ["-c", shell, "sh", ...python]);
  const seen = parseEnviron(await Deno.readFile(target)).map((pair) => pair.join("="));
  const bin = `${await environmentOf(sandbox)}/bin`;
  const expected = [...first, ...mine, ...last].filter((pair) => !pair.startsWith("EDGEBOOT_"))
    .map((pair) => pair.replace(/^PATH=/, `PATH=${bin}:`));
  assertEquals(seen.slice(0, expected.length), expected);
});

Deno.test("edgeboot run keeps a value that is not UTF-8 when the release has a default for it", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("env", PICTURE, { ...START, env: { default: { BYTES: "ours" } } });
  const mine = Object.entries(sandbox.environment()).map(([name, value]) => `${name}=${value}`);
  const [python, ...args] = withEnvironment([BINARY, "run", "env"], [...mine, "BYTES=\u00ff"]);
  const target = sandbox.path("out");
  await output("/bin/sh", ["-c", `exec "$@" > ${target}`, "sh", python!, ...args]);
  const seen = parseEnviron(await Deno.readFile(target)).map((pair) => pair.join("="));
  assertEquals(seen.filter((pair) => pair.startsWith("BYTES=")), ["BYTES=\u00ff"]);
});

Deno.test("edgeboot run works when the environment is empty", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("env", PICTURE, START);
  const args = ["--registry", sandbox.registry, "--cache", sandbox.cache, "--python", PYTHON.path];
  const { code, stdout, stderr } = await command(BINARY, ["run", ...args, "env"], {
    ...{ clearEnv: true, env: {} },
  });
  assertEquals(code, 0, stderr);
  const names = parseEnviron(new TextEncoder().encode(stdout)).map(([name]) => name);
  assertEquals(names.filter((name) => !/^(PYTHONPATH$|PATH$|EDGEBOOT_CURRENT_)/.test(name)), []);
});
