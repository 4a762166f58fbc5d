import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import type { EdgebootError } from "../../../src/model/errors.ts";
import { chooseFiles } from "../../../src/pack/lock/choose_files.ts";
import type { Lock } from "../../../src/pack/lock/lock.ts";
import { readLock } from "../../../src/pack/lock/read_lock.ts";
import { selectPackages, type Wanted } from "../../../src/pack/lock/select.ts";
import { targetOf } from "../../../src/pack/target.ts";

const FIXTURES = new URL("fixtures/", import.meta.url);
const text = (file: string) => Deno.readTextFileSync(new URL(file, FIXTURES));

async function lockOf(file: string, project?: string): Promise<Lock> {
  const beside = project === undefined ? undefined : { file: project, text: text(project) };
  return await readLock({ file, text: text(file) }, beside);
}

/** One project, `tests/pack/lock/fixtures/pyproject.toml`, as each tool has locked it. */
const LOCKS: readonly [file: string, project?: string][] = [
  ...[["pylock.toml"], ["uv.lock"], ["poetry-2.1.lock"], ["pdm-4.5.lock"]] as [string][],
  ["pdm-4.5-urls.lock"],
  ["pdm-4.4.lock", "pyproject.toml"],
];

const LINUX = "manylinux_2_28_x86_64";
const WANTS: Wanted = { extras: [], groups: [] };

const names = (lock: Lock, python: string, wants = WANTS) =>
  selectPackages(lock, targetOf(python, LINUX), wants).map(({ name }) => name);

const OF_311 = ["anyio", "click", "idna", "markupsafe", "typing-extensions"];
const OF_310 = [
  "anyio",
  "click",
  "exceptiongroup",
  "idna",
  "markupsafe",
  "tomli",
  "typing-extensions",
];

Deno.test("selectPackages finds the same packages in the lock of every tool", async () => {
  for (const [file, project] of LOCKS) {
    const lock = await lockOf(file, project);
    // This one was written with all extras, and a pylock says so of none.
    const write = file === "pylock.toml" ? ["tomli-w"] : [];
    assertEquals(names(lock, "3.11").filter((name) => !write.includes(name)), OF_311, file);
    assertEquals(names(lock, "3.10").filter((name) => !write.includes(name)), OF_310, file);
  }
});

Deno.test("selectPackages takes extras and groups that are asked for", async () => {
  for (const file of ["uv.lock", "poetry-2.1.lock"]) {
    const lock = await lockOf(file);
    const found = names(lock, "3.11", { extras: ["write"], groups: [] });
    assertEquals(found.filter((name) => !OF_311.includes(name)), ["tomli-w"], file);
  }
  for (const file of ["uv.lock", "poetry-2.1.lock", "pdm-4.5.lock"]) {
    const found = names(await lockOf(file), "3.11", { extras: [], groups: ["dev"] });
    assertEquals(found.filter((name) => !OF_311.includes(name)), ["iniconfig"], file);
  }
  const found = names(await lockOf("pdm-4.5-extras.lock"), "3.11", {
    extras: ["write"],
    groups: [],
  });
  assertEquals(found.filter((name) => !OF_311.includes(name)), ["tomli-w"]);
  const old = await lockOf("pdm-4.4.lock", "pyproject.toml");
  assertEquals(names(old, "3.11", { extras: ["write"], groups: [] }).includes("tomli-w"), true);
});

Deno.test("selectPackages follows extras of packages through the graph of an older poetry.lock", async () => {
  const lock = await lockOf("poetry-2.0.lock", "poetry-2.0.pyproject.toml");
  const ofTrio = ["attrs", "outcome", "sniffio", "sortedcontainers", "trio"];
  assertEquals(names(lock, "3.11"), [...OF_311, ...ofTrio].sort());
  assertEquals(names(lock, "3.10"), [...OF_310, ...ofTrio].sort());
  const write = names(lock, "3.11", { extras: ["write"], groups: [] });
  assertEquals(write.includes("tomli-w"), true);
});

Deno.test("selectPackages takes groups of a graph from the project beside it", async () => {
  const locked = text("poetry-2.0.lock");
  const project = text("poetry-2.0.pyproject.toml");
  const forms: readonly [what: string, project: string][] = [
    ["group of Poetry", project],
    [
      "dev-dependencies of Poetry",
      project.replace("[tool.poetry.group.dev.dependencies]", "[tool.poetry.dev-dependencies]"),
    ],
    [
      "PEP 735, with one group in another",
      project.replace(
        /\[tool.poetry.group.dev.dependencies\][^]*/,
        '[dependency-groups]\nTest = ["iniconfig"]\ndev = [{include-group = "test"}]\n',
      ),
    ],
    [
      "PEP 735, in a circle",
      project.replace(
        /\[tool.poetry.group.dev.dependencies\][^]*/,
        '[dependency-groups]\ndev = [{include-group = "b"}]\n' +
          'b = [{include-group = "dev"}, "iniconfig"]\n',
      ),
    ],
    [
      "PDM",
      project.replace(
        /\[tool.poetry.group.dev.dependencies\][^]*/,
        '[tool.pdm.dev-dependencies]\ndev = ["-e file:///${PROJECT_ROOT}/x#egg=x", "iniconfig"]\n',
      ),
    ],
  ];
  for (const [what, beside] of forms) {
    const lock = await readLock(
      { file: "poetry.lock", text: locked },
      { file: "pyproject.toml", text: beside },
    );
    assertEquals(names(lock, "3.11").includes("iniconfig"), false, what);
    const dev = names(lock, "3.11", { extras: [], groups: ["dev"] });
    assertEquals(dev.includes("iniconfig"), true, what);
  }
});

Deno.test("selectPackages refuses an extra or group that the lock has not, and names those it has", async () => {
  const locks: readonly [file: string, extras: string, groups: string, project?: string][] = [
    ["pylock.toml", "it was locked without any extras", "it was locked without any groups"],
    ["uv.lock", "its extras are write", "its groups are dev"],
    ["poetry-2.1.lock", "its extras are write", "its groups are dev"],
    ["poetry-2.0.lock", "its extras are write", "its groups are dev", "poetry-2.0.pyproject.toml"],
    ["pdm-4.5.lock", "its extras are dev", "its groups are dev"],
    [
      "pdm-4.4.lock",
      "its extras are write",
      "its groups are write",
      "pyproject.toml",
    ],
  ];
  for (const [file, extras, groups, project] of locks) {
    const lock = await lockOf(file, project);
    for (
      const [flag, wants, why] of [
        ["extra", { extras: ["nope"], groups: [] }, extras],
        ["group", { extras: [], groups: ["nope"] }, groups],
      ] as const
    ) {
      const error = assertThrows(() => names(lock, "3.11", wants)) as EdgebootError;
      assertEquals([error.code, error.facts.rule], ["PACK_REFUSED", "not-locked"], file);
      assertEquals(error.text.what, `${file} has no ${flag} "nope"`);
      assertEquals(error.text.why, why);
    }
  }
});

Deno.test("readLock takes the archive of a direct URL for a wheel where its name says so", async () => {
  const sha256 = "ab".repeat(32);
  const locked = (file: string) =>
    readLock({
      file: "pylock.toml",
      text: `lock-version = "1.0"\n[[packages]]\nname = "a"\nversion = "1"\n` +
        `archive = { url = "https://u:p@host.example/${file}?sig=x#y", hashes = { sha256 = "${sha256}" } }\n`,
    }, undefined);
  const [wheel] = (await locked("a-1-py3-none-any.whl")).packages;
  assertEquals([wheel!.wheels.map(({ name }) => name), wheel!.sdist], [
    ["a-1-py3-none-any.whl"],
    undefined,
  ]);
  const [source] = (await locked("a-1.tar.gz")).packages;
  assertEquals([source!.wheels, source!.sdist?.name], [[], "a-1.tar.gz"]);
});

Deno.test("readLock refuses a graph whose beginning nothing tells", async () => {
  for (const file of ["poetry-2.0.lock", "pdm-4.4.lock"]) {
    const error = await assertRejects(() => lockOf(file)) as EdgebootError;
    assertEquals(error.code, "SOURCE_INVALID");
    assertEquals(error.text.why.includes("pyproject.toml"), true);
  }
});

Deno.test("selectPackages refuses a Python that the lock is not for", async () => {
  for (const file of ["pylock.toml", "uv.lock", "poetry-2.1.lock", "pdm-4.5.lock"]) {
    const lock = await lockOf(file);
    const error = assertThrows(() => names(lock, "3.9")) as EdgebootError;
    assertEquals([error.code, error.facts.rule], ["PACK_REFUSED", "not-locked"], file);
  }
});

Deno.test("chooseFiles takes the wheel that fits best, and says what there is where none does", async () => {
  for (const [file, project] of LOCKS) {
    const packages = selectPackages(await lockOf(file, project), targetOf("3.11", LINUX), WANTS);
    const files = chooseFiles(packages, targetOf("3.11", LINUX), new Set())
      .map((one) => one.kind === "wheel" ? one.wheel.file : one.kind);
    assertEquals(
      files.filter((file) => file.startsWith("markupsafe")),
      ["markupsafe-3.0.4-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_28_x86_64.whl"],
      file,
    );
    const musl = targetOf("3.11", "musllinux_1_1_x86_64");
    const error = assertThrows(() => chooseFiles(packages, musl, new Set())) as EdgebootError;
    assertEquals([error.facts.rule, error.facts.package], ["wheel-unfit", "markupsafe"]);
    assertMatch(error.text.why, /^there is a wheel for (?:cp311-cp311-\S+ ){4}and \d+ others$/);
    const built = chooseFiles(packages, musl, new Set(["markupsafe"]));
    assertEquals(built.find(({ of }) => of.name === "markupsafe")?.kind, "build");
  }
});
