import { assertEquals } from "@std/assert";
import { composeRules, type LaunchPlan, planOf, type RulesInput } from "../../src/launch/plan.ts";
import type { Program } from "../../src/launch/program.ts";
import type { TreePaths } from "../../src/launch/tree_paths.ts";
import { NO_ENV_CHANGES } from "../../src/model/release.ts";

function tree(changes: Partial<TreePaths>): TreePaths {
  return { root: "/t", pythonPaths: ["/t"], bins: [], pyz: undefined, hasMain: false, ...changes };
}

interface Input extends Partial<Omit<RulesInput, "program">> {
  readonly program?: Program;
  readonly inherited?: Record<string, string>;
}

function plan({ inherited = {}, ...changes }: Input = {}): LaunchPlan {
  const program = changes.program ??
    { executable: "/usr/bin/python3", argv: ["python3", "-m", "x"], needsScriptPath: false };
  const trees = changes.trees ?? [tree({})];
  const rules = composeRules({
    program,
    ...{ trees, path: "/env", appRoots: trees.flatMap(({ pythonPaths }) => pythonPaths) },
    releaseEnv: NO_ENV_CHANGES,
    inheritPythonPath: false,
    controlVariables: ["EDGEBOOT_CACHE", "EDGEBOOT_TOKEN"],
    identity: { app: "hello", version: "1", digest: "sha256:abc" },
    ...changes,
  });
  return planOf(program, rules, {
    get: (name) => inherited[name],
    has: (name) => name in inherited,
  });
}

/** What the app gets to see of an inherited environment. */
function environment(inherited: Record<string, string>, changes: Input = {}) {
  const { set, unset } = plan({ inherited, ...changes });
  const env: Record<string, string> = { ...inherited };
  for (const name of unset) delete env[name];
  return { ...env, ...Object.fromEntries(set) };
}

Deno.test("planOf sets what the contract lists and nothing else", () => {
  assertEquals(environment({}), {
    PYTHONPATH: "/t",
    PATH: "/env/bin:/usr/local/bin:/usr/bin:/bin",
    EDGEBOOT_CURRENT_APP: "hello",
    EDGEBOOT_CURRENT_VERSION: "1",
    EDGEBOOT_CURRENT_DIGEST: "sha256:abc",
  });
});

Deno.test("planOf passes on what it does not name", () => {
  const inherited = { HOME: "/root", LISTEN_FDS: "1", NOTIFY_SOCKET: "@x", LANG: "C", EMPTY: "" };
  const env: Record<string, string> = environment(inherited);
  for (const [name, value] of Object.entries(inherited)) assertEquals(env[name], value);
});

for (const name of ["PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__", "PYTHONEXECUTABLE"]) {
  Deno.test(`planOf drops an inherited ${name}`, () => {
    assertEquals(name in environment({ [name]: "/venv" }), false);
  });
}

Deno.test("planOf drops edgeboot's own variables and secrets", () => {
  const env = environment({
    EDGEBOOT_CACHE: "/c",
    EDGEBOOT_TOKEN: "t",
    EDGEBOOT_CURRENT_APP: "outer",
  });
  assertEquals("EDGEBOOT_CACHE" in env || "EDGEBOOT_TOKEN" in env, false);
  assertEquals(env.EDGEBOOT_CURRENT_APP, "hello");
});

Deno.test("planOf joins the layers' paths in order", () => {
  const trees = [
    tree({ pythonPaths: ["/a", "/a/lib"], bins: ["/a/bin"] }),
    tree({ pythonPaths: [] }),
    tree({ pythonPaths: ["/b"], bins: ["/b/bin", "/b/.venv/bin"] }),
  ];
  const env = environment({ PATH: "/usr/bin:/bin" }, { trees });
  assertEquals(env.PYTHONPATH, "/a:/a/lib:/b");
  assertEquals(env.PATH, "/env/bin:/a/bin:/b/bin:/b/.venv/bin:/usr/bin:/bin");
});

const PYTHONPATHS: [
  inherited: string | undefined,
  keep: boolean,
  trees: TreePaths[],
  result: string | undefined,
][] = [
  ["/x:/y", false, [tree({})], "/t"],
  ["/x:/y", true, [tree({})], "/t:/x:/y"],
  ["", true, [tree({})], "/t"],
  [undefined, true, [tree({})], "/t"],
  ["/x", false, [tree({ pythonPaths: [] })], undefined],
  ["/x", true, [tree({ pythonPaths: [] })], "/x"],
];

for (const [inherited, inheritPythonPath, trees, result] of PYTHONPATHS) {
  Deno.test(`planOf gives PYTHONPATH ${result} when ${inherited} is inherited (${inheritPythonPath}, ${trees[0]!.pythonPaths.length})`, () => {
    const before: Record<string, string> = inherited === undefined ? {} : { PYTHONPATH: inherited };
    const env: Record<string, string> = environment(before, { inheritPythonPath, trees });
    assertEquals(env.PYTHONPATH, result);
  });
}

const PATHS: [inherited: string | undefined, result: string][] = [
  [undefined, "/env/bin:/t/bin:/usr/local/bin:/usr/bin:/bin"],
  ["", "/env/bin:/t/bin:/usr/local/bin:/usr/bin:/bin"],
  ["/only", "/env/bin:/t/bin:/only"],
];

for (const [inherited, result] of PATHS) {
  Deno.test(`planOf gives PATH ${result} when ${JSON.stringify(inherited)} is inherited`, () => {
    const before: Record<string, string> = inherited === undefined ? {} : { PATH: inherited };
    const env: Record<string, string> = environment(before, {
      trees: [tree({ bins: ["/t/bin"] })],
    });
    assertEquals(env.PATH, result);
  });
}

Deno.test("planOf has PYTHONPATH do all and PATH stay as it is when there is no environment", () => {
  const env: Record<string, string> = environment({ PATH: "/x" }, {
    ...{ path: undefined, appRoots: [], trees: [tree({ pythonPaths: ["/a", "/b"] })] },
  });
  assertEquals([env.PATH, env.PYTHONPATH], ["/x", "/a:/b"]);
  // Python would leave its bytecode in the trees.
  assertEquals(env.PYTHONDONTWRITEBYTECODE, "1");
});

Deno.test("planOf keeps edgeboot's own variables away from the app whatever the release sets", () => {
  const releaseEnv = {
    defaults: [["EDGEBOOT_TOKEN", "d"]] as const,
    set: [["EDGEBOOT_CACHE", "s"]] as const,
    unset: [],
  };
  const env = environment({ EDGEBOOT_TOKEN: "t" }, { releaseEnv });
  assertEquals("EDGEBOOT_CACHE" in env || "EDGEBOOT_TOKEN" in env, false);
});

Deno.test("planOf keeps a zip application that is the program off PYTHONPATH", () => {
  const pyz = tree({ root: "/p", pythonPaths: ["/p/app.pyz"], pyz: "/p/app.pyz" });
  const program = { executable: "py", argv: ["py", "/p/app.pyz"], needsScriptPath: true };
  const env: Record<string, string> = environment({}, { trees: [pyz, tree({})], program });
  assertEquals(env.PYTHONPATH, "/t");
  assertEquals(environment({}, { trees: [pyz, tree({})] }).PYTHONPATH, "/p/app.pyz:/t");
});

Deno.test("planOf applies the release's environment: default, set, unset", () => {
  const releaseEnv = {
    defaults: [["LOG", "info"], ["KEPT", "no"], ["PYTHONSAFEPATH", "0"]] as const,
    set: [["TZ", "UTC"], ["PYTHONPATH", "/evil"]] as const,
    unset: ["DEBUG", "PYTHONNOUSERSITE"],
  };
  const env: Record<string, string> = environment(
    { KEPT: "yes", TZ: "CET", DEBUG: "1" },
    { releaseEnv },
  );
  assertEquals([env.LOG, env.KEPT, env.TZ], ["info", "yes", "UTC"]);
  assertEquals("DEBUG" in env || "PYTHONNOUSERSITE" in env, false);
  assertEquals([env.PYTHONPATH, env.PYTHONSAFEPATH], ["/t", "0"]);
});

Deno.test("planOf removes the identity of an outer edgeboot in direct mode", () => {
  const identity = { app: undefined, version: undefined, digest: "sha256:abc" };
  const env = environment({ EDGEBOOT_CURRENT_APP: "outer", EDGEBOOT_CURRENT_VERSION: "9" }, {
    identity,
  });
  assertEquals("EDGEBOOT_CURRENT_APP" in env || "EDGEBOOT_CURRENT_VERSION" in env, false);
});

Deno.test("planOf never both sets and unsets a variable", () => {
  const releaseEnv = { defaults: [], set: [["EDGEBOOT_CACHE", "x"]] as const, unset: ["PATH"] };
  const { set, unset } = plan({ releaseEnv, trees: [tree({ bins: ["/t/bin"] })] });
  assertEquals([...set.keys()].filter((name) => unset.has(name)), []);
});

Deno.test("planOf lets no release bring back what steers edgeboot", () => {
  const names = ["EDGEBOOT_CACHE", "EDGEBOOT_TOKEN"];
  const values = names.map((name) => [name, "release's"] as const);
  for (const inherited of [{}, { EDGEBOOT_TOKEN: "secret", EDGEBOOT_CACHE: "/c" }]) {
    for (
      const releaseEnv of [
        { defaults: values, set: [], unset: [] },
        { defaults: [], set: values, unset: [] },
      ]
    ) {
      const env = environment(inherited, { releaseEnv });
      assertEquals(names.filter((name) => name in env), []);
    }
  }
});

Deno.test("planOf gives the release's default for a variable that is dropped", () => {
  const releaseEnv = { defaults: [["VIRTUAL_ENV", "/app"]] as const, set: [], unset: [] };
  assertEquals(
    (environment({ VIRTUAL_ENV: "/outer" }, { releaseEnv }) as Record<string, string>)
      .VIRTUAL_ENV,
    "/app",
  );
});
