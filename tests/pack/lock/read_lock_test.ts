import { assertEquals, assertRejects } from "@std/assert";
import type { EdgebootError } from "../../../src/model/errors.ts";
import type { LockedPackage } from "../../../src/pack/lock/lock.ts";
import { namedIndexes } from "../../../src/pack/lock/named_indexes.ts";
import { readLock } from "../../../src/pack/lock/read_lock.ts";
import { selectPackages } from "../../../src/pack/lock/select.ts";
import { targetOf } from "../../../src/pack/target.ts";

const HEX = "ab".repeat(32);
const HASH = `sha256:${HEX}`;
const TARGET = targetOf("3.11", "manylinux_2_28_x86_64");

async function read(text: string, project?: string): Promise<ReadonlyMap<string, LockedPackage>> {
  const lock = await readLock(
    { file: "lock", text },
    project === undefined ? undefined : { file: "pyproject.toml", text: project },
  );
  const packages = selectPackages(lock, TARGET, { extras: [], groups: [] });
  return new Map(packages.map((one) => [one.name, one]));
}

const sourceOf = (packages: ReadonlyMap<string, LockedPackage>, name: string) =>
  packages.get(name)?.source;
const fileOf = (one: LockedPackage | undefined) => {
  const file = one?.wheels[0] ?? one?.sdist;
  return file && [file.name, file.url, file.path, file.sha256];
};

Deno.test("readLock reads where packages of a uv.lock come from", async () => {
  const packages = await read(`
version = 1
[[package]]
name = "shop"
version = "1"
source = { editable = "." }
dependencies = [{ name = "core" }, { name = "local" }, { name = "direct" }, { name = "repo" }, { name = "flat" }]
[[package]]
name = "core"
version = "1"
source = { editable = "packages/core" }
[[package]]
name = "local"
version = "1"
source = { path = "wheels/local-1-py3-none-any.whl" }
wheels = [{ filename = "local-1-py3-none-any.whl", hash = "${HASH}" }]
[[package]]
name = "direct"
version = "1"
source = { url = "https://h.example/direct-1-py3-none-any.whl" }
wheels = [{ url = "https://h.example/direct-1-py3-none-any.whl", hash = "${HASH}" }]
[[package]]
name = "repo"
version = "1"
source = { git = "https://h.example/repo?rev=v1#${"0".repeat(40)}" }
[[package]]
name = "flat"
version = "1"
source = { registry = "index" }
wheels = [{ path = "flat-1-py3-none-any.whl", hash = "${HASH}" }]
`);
  assertEquals([...packages.keys()], ["core", "direct", "flat", "local", "repo"]);
  assertEquals(sourceOf(packages, "core"), {
    kind: "directory",
    path: "packages/core",
    editable: true,
  });
  assertEquals(sourceOf(packages, "repo"), {
    ...{ kind: "vcs", text: `git+https://h.example/repo?rev=v1#${"0".repeat(40)}` },
  });
  const wheel = (name: string) => `${name}-1-py3-none-any.whl`;
  assertEquals(fileOf(packages.get("local")), [
    wheel("local"),
    undefined,
    "wheels/" + wheel("local"),
    HEX,
  ]);
  assertEquals(fileOf(packages.get("direct")), [
    ...[wheel("direct"), "https://h.example/" + wheel("direct"), undefined, HEX],
  ]);
  assertEquals(fileOf(packages.get("flat")), [
    wheel("flat"),
    undefined,
    "index/" + wheel("flat"),
    HEX,
  ]);
});

Deno.test("readLock begins at all members of a workspace that has no project of its own", async () => {
  const packages = await read(`
version = 1
[manifest]
members = ["one", "two"]
[[package]]
name = "one"
source = { editable = "one" }
dependencies = [{ name = "two" }, { name = "a" }]
[[package]]
name = "two"
source = { virtual = "two" }
dependencies = [{ name = "b" }]
[[package]]
name = "a"
version = "1"
source = { registry = "https://i.example/simple" }
[[package]]
name = "b"
version = "1"
source = { registry = "https://i.example/simple" }
[[package]]
name = "unused"
version = "1"
source = { registry = "https://i.example/simple" }
`);
  assertEquals([...packages.keys()], ["a", "b"]);
});

Deno.test("readLock takes the version of a uv.lock that an edge names", async () => {
  const packages = await read(`
version = 1
[[package]]
name = "shop"
source = { virtual = "." }
dependencies = [
  { name = "a", version = "1", marker = "python_full_version < '3.12'" },
  { name = "a", version = "2", marker = "python_full_version >= '3.12'" },
]
[[package]]
name = "a"
version = "1"
source = { registry = "https://i.example/simple" }
[[package]]
name = "a"
version = "2"
source = { registry = "https://i.example/simple" }
`);
  assertEquals(packages.get("a")?.version, "1");
});

const POETRY_1_1 = `
[[package]]
name = "A"
version = "1.0"
category = "main"
optional = false
[package.dependencies]
b = {version = "*", optional = true}
c = {version = "*", markers = "sys_platform == 'win32'"}
[package.extras]
fast = ["b (>=1)"]
[[package]]
name = "b"
version = "1.0"
[[package]]
name = "c"
version = "1.0"
[[package]]
name = "dev"
version = "1.0"
category = "dev"
[metadata]
lock-version = "1.1"
[metadata.files]
A = [{file = "A-1.0-py3-none-any.whl", hash = "${HASH}"}]
b = []
c = []
dev = []
`;

Deno.test("readLock reads a poetry.lock of 1.1, whose files stand at its end", async () => {
  const project = (value: string) => `[tool.poetry.dependencies]\npython = "^3.11"\na = ${value}\n`;
  const plain = await read(POETRY_1_1, project('"^1.0"'));
  assertEquals([...plain.keys()], ["a"]);
  assertEquals(fileOf(plain.get("a")), ["A-1.0-py3-none-any.whl", undefined, undefined, HEX]);
  const fast = await read(POETRY_1_1, project('{version = "*", extras = ["fast"]}'));
  assertEquals([...fast.keys()], ["a", "b"]);
  const never = await read(POETRY_1_1, project('{version = "*", python = "<3.10"}'));
  const mac = await read(POETRY_1_1, project('{version = "*", platform = "darwin"}'));
  assertEquals([never.size, mac.size], [0, 0]);
});

Deno.test("readLock reads markers of each group of a poetry.lock, and what is not from an index", async () => {
  const packages = await read(`
[[package]]
name = "a"
version = "1"
groups = ["main", "dev"]
files = [{file = "a-1.tar.gz", hash = "${HASH}"}]
[package.markers]
main = "sys_platform == 'linux'"
dev = "sys_platform == 'win32'"
[package.source]
type = "url"
url = "https://h.example/a-1.tar.gz"
[[package]]
name = "b"
version = "1"
groups = ["main", "dev"]
files = []
[package.markers]
main = "sys_platform == 'win32'"
dev = "sys_platform == 'linux'"
[[package]]
name = "c"
version = "1"
groups = ["main"]
files = []
[package.source]
type = "git"
url = "https://h.example/c"
resolved_reference = "abc"
[metadata]
lock-version = "2.1"
python-versions = "^3.11"
`);
  assertEquals([...packages.keys()], ["a", "c"]);
  assertEquals(fileOf(packages.get("a")), [
    "a-1.tar.gz",
    "https://h.example/a-1.tar.gz",
    undefined,
    HEX,
  ]);
  assertEquals(sourceOf(packages, "c"), { kind: "vcs", text: "git+https://h.example/c@abc" });
});

Deno.test("readLock takes a package of a pdm.lock with its extras for one", async () => {
  const packages = await read(`
[metadata]
strategy = ["inherit_metadata"]
lock_version = "4.5.0"
[[package]]
name = "a"
version = "1"
groups = ["dev"]
files = [{file = "a-1-py3-none-any.whl", hash = "${HASH}"}]
[[package]]
name = "a"
version = "1"
extras = ["fast"]
groups = ["default"]
dependencies = ["a==1"]
files = [{file = "a-1-py3-none-any.whl", hash = "${HASH}"}]
[[package]]
name = "b"
version = "1"
groups = ["default"]
git = "https://h.example/b"
revision = "abc"
[[package]]
name = "c"
version = "1"
groups = ["default"]
path = "./c"
`);
  assertEquals([...packages.keys()], ["a", "b", "c"]);
  assertEquals(sourceOf(packages, "b"), { kind: "vcs", text: "git+https://h.example/b@abc" });
  assertEquals(sourceOf(packages, "c"), { kind: "directory", path: "./c", editable: false });
});

Deno.test("readLock reads what PEP 751 has besides wheels, and holds its environments", async () => {
  const pylock = (environments: string) => `
lock-version = "1.0"
environments = ["${environments}"]
[[packages]]
name = "a"
directory = { path = "a", editable = true }
[[packages]]
name = "b"
vcs = { type = "git", url = "https://h.example/b", commit-id = "abc" }
[[packages]]
name = "c"
version = "1"
archive = { url = "https://h.example/c%2B1.zip", hashes = { sha512 = "00", sha256 = "${HEX.toUpperCase()}" } }
[[packages]]
name = "d"
version = "1"
marker = "'fast' in extras or 'dev' in dependency_groups"
`;
  const packages = await read(pylock("sys_platform == 'linux'"));
  assertEquals([...packages.keys()], ["a", "b", "c"]);
  assertEquals(sourceOf(packages, "b"), { kind: "vcs", text: "git+https://h.example/b@abc" });
  assertEquals(fileOf(packages.get("c")), [
    "c+1.zip",
    "https://h.example/c%2B1.zip",
    undefined,
    HEX,
  ]);
  const other = await assertRejects(() => read(pylock("sys_platform == 'win32'"))) as EdgebootError;
  assertEquals([other.code, other.facts.rule], ["PACK_REFUSED", "not-locked"]);
});

Deno.test("readLock names the place of what it cannot read", async () => {
  const CASES: readonly [string, RegExp][] = [
    ["lock-version = '2.0'", /lock version 2\.0/],
    ["version = 9", /version 9/],
    ["lock-version = '1.0'\n[[packages]]\nversion = '1'", /packages\[0\]\.name should be a text/],
    [
      "lock-version = '1.0'\n[[packages]]\nname = 'a'\nmarker = 'x'",
      /packages\[0\]\.marker .* marker, and is x/,
    ],
    ["lock-version = '1.0'\npackages = 1", /packages should be a list of tables/],
    ["[metadata]\nlock-version = '3.0'", /lock version 3\.0/],
    ["[metadata]\nlock_version = '5.0'", /lock version 5\.0/],
    ["x = 1", /none of pylock/],
  ];
  for (const [text, why] of CASES) {
    const error = await assertRejects(() => read(text)) as EdgebootError;
    assertEquals([error.code, why.test(error.text.why)], ["SOURCE_INVALID", true], error.text.why);
  }
});

Deno.test("selectPackages refuses two versions, and a graph with a hole", async () => {
  const two =
    "lock-version = '1.0'\n[[packages]]\nname = 'a'\nversion = '1'\n[[packages]]\nname = 'a'\nversion = '2'";
  const error = await assertRejects(() => read(two)) as EdgebootError;
  assertEquals([error.code, error.facts.rule], ["PACK_REFUSED", "two-versions"]);
  const hole =
    "version = 1\n[[package]]\nname = 'shop'\nsource = { virtual = '.' }\ndependencies = [{ name = 'b' }]";
  assertEquals((await assertRejects(() => read(hole)) as EdgebootError).code, "SOURCE_INVALID");
});

Deno.test("namedIndexes finds the indexes that a project gives names", async () => {
  const text =
    `[[tool.uv.index]]\nname = "a"\nurl = "https://a.example/"\n[[tool.uv.index]]\nurl = "https://x.example/"\n` +
    `[[tool.poetry.source]]\nname = "b"\nurl = "https://b.example/"\n`;
  assertEquals(await namedIndexes({ file: "pyproject.toml", text }), [
    { name: "a", url: "https://a.example/" },
    { name: "b", url: "https://b.example/" },
  ]);
});
