import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { candidatePaths, probe } from "../../src/launch/interpreters.ts";
import { type CommandResult, FsError } from "../../src/host/ports.ts";
import { parseVersionSpec } from "../../src/model/version_spec.ts";
import { FakeFs, type FakeStat } from "../support/fake_fs.ts";
import type { FileSystem } from "../../src/host/ports.ts";

function names(path: string | undefined, spec?: string): string[] {
  return [...candidatePaths(path, spec === undefined ? undefined : parseVersionSpec(spec))];
}

Deno.test("candidatePaths begins with python3 and python along PATH", () => {
  assertEquals(names("/a:/b/:relative::/a", "==3.11.*").slice(0, 6), [
    "/a/python3",
    "/a/python",
    "/b/python3",
    "/b/python",
    "/a/python3.11",
    "/b/python3.11",
  ]);
});

Deno.test("candidatePaths goes on with well-known places, also without a PATH", () => {
  for (const path of [undefined, "", "relative"]) {
    assertEquals(names(path, "==3.11.*").slice(0, 2), [
      "/usr/local/bin/python3",
      "/usr/local/bin/python",
    ]);
  }
  assert(names("/usr/bin").includes("/usr/local/bin/python3.11"));
});

Deno.test("candidatePaths names no path twice", () => {
  const all = names("/usr/bin:/usr/local/bin:/usr/bin");
  assertEquals(new Set(all).size, all.length);
});

const VERSIONED: [spec: string | undefined, versions: string][] = [
  ["==3.11.*", "3.11"],
  ["==3.11.4", "3.11"],
  [">3.11.2,<3.11.8", "3.11"],
  [">=3.9,<3.12,!=3.10.*", "3.11 3.9"],
  ["~=3.17", "3.19 3.18 3.17"],
  ["<3", ""],
  ["<3.11.1,>=3.11", "3.11"],
];

for (const [spec, versions] of VERSIONED) {
  Deno.test(`candidatePaths looks for ${versions || "no version"} when ${spec} is needed`, () => {
    const found = names("/a", spec).flatMap((path) =>
      /^\/a\/python(3\.\d+)$/.exec(path)?.[1] ?? []
    );
    assertEquals(found.join(" "), versions);
  });
}

const ANSWER = {
  version: [3, 11, 2],
  implementation: "cpython",
  abiflags: "",
  machine: "x86_64",
  os: "Linux",
  libc: "glibc 2.36",
  path: ["/usr/lib/python3.11"],
  executable: "/usr/bin/python3",
  venv: null,
};

interface Situation {
  readonly says?: Partial<CommandResult> | FsError;
  readonly stats?: Record<string, FakeStat>;
  readonly denied?: string[];
  readonly remembered?: Map<string, string>;
}

function ask(path: string, { says = {}, stats = {}, denied = [], remembered }: Situation = {}) {
  const fs = new FakeFs({ "/usr/bin/python3": "elf", "/shims/python3": "#!" }, {
    "/shims/python3": { ino: 9 },
    ...stats,
  }, denied) as unknown as FileSystem;
  const cache = remembered ?? new Map<string, string>();
  let runs = 0;
  const run = () => {
    runs++;
    if (says instanceof FsError) return Promise.reject(says);
    return Promise.resolve({ code: 0, stdout: JSON.stringify(ANSWER), stderr: "", ...says });
  };
  const memory = {
    python: (key: string) => cache.get(key),
    savePython: (key: string, text: string) => void cache.set(key, text),
  };
  return probe(path, { fs, commands: { run } }, memory).then((probe) => ({ probe, runs, cache }));
}

Deno.test("probe asks once and remembers the answer while the file is the same", async () => {
  const first = await ask("/usr/bin/python3");
  assert(first.probe.kind === "python");
  const remembered = first.cache;
  const again = await ask("/usr/bin/python3", { remembered });
  assertEquals([again.runs, again.probe], [0, first.probe]);
  for (const change of [{ ino: 5 }, { dev: 5 }, { mtimeMs: 5 }]) {
    const stats = { "/usr/bin/python3": change };
    assertEquals((await ask("/usr/bin/python3", { remembered, stats })).runs, 1);
    remembered.set("/usr/bin/python3", first.cache.get("/usr/bin/python3")!);
  }
});

Deno.test("probe asks again when what it remembers is damaged", async () => {
  for (const text of ["", "{", "null", "{}", '{"file":"1-1-3-1","answer":5}']) {
    const remembered = new Map([["/usr/bin/python3", text]]);
    const { probe, runs } = await ask("/usr/bin/python3", { remembered });
    assertEquals([probe.kind, runs], ["python", 1]);
  }
});

Deno.test("probe executes what a shim leads to, and remembers nothing of it", async () => {
  const { probe, cache } = await ask("/shims/python3");
  assertEquals(probe.kind === "python" && probe.info.path, "/usr/bin/python3");
  assertEquals(cache.size, 0);
});

Deno.test("probe reads an answer behind what a sitecustomize printed", async () => {
  const stdout = `hello from the base image\n${JSON.stringify(ANSWER)}\n`;
  assertEquals((await ask("/usr/bin/python3", { says: { stdout } })).probe.kind, "python");
});

const BROKEN: [what: string, path: string, situation: Situation, why: string][] = [
  ["is a directory", "/usr/bin", {}, "not a file"],
  [
    "is not executable",
    "/usr/bin/python3",
    { stats: { "/usr/bin/python3": { mode: 0o644 } } },
    "not executable",
  ],
  ["is closed to us", "/usr/bin/python3", { denied: ["/usr"] }, "Permission denied"],
  [
    "cannot be executed",
    "/usr/bin/python3",
    { says: new FsError("EACCES", "run", "x", new Error("noexec")) },
    "noexec",
  ],
  ["fails", "/usr/bin/python3", {
    says: { code: 1, stdout: "", stderr: "a\nNo module named json\n" },
  }, "status 1: No module named json"],
  ["is no Python", "/usr/bin/python3", { says: { stdout: "hello\n" } }, "hello"],
  ["says nothing", "/usr/bin/python3", { says: { stdout: "" } }, "status 0"],
];

for (const [what, path, situation, why] of BROKEN) {
  Deno.test(`probe says why when the file ${what}`, async () => {
    const { probe, cache } = await ask(path, situation);
    assertEquals([probe.kind, cache.size], ["broken", 0]);
    assertStringIncludes(probe.kind === "broken" ? probe.why : "", why);
  });
}

const OLD: [said: string, version: string | undefined][] = [
  ["Python 2.7.18\n", "2.7.18"],
  ["Python 3.3.7rc1+\n", "3.3.7rc1"],
  ["Python 3.13.0\n", undefined],
  ["Try `x -h'\n", undefined],
];

for (const [said, version] of OLD) {
  Deno.test(`probe says ${version ?? "broken"} when an interpreter fails and -V is ${said.trim()}`, async () => {
    for (const stream of ["stdout", "stderr"]) {
      const says = { code: 2, stdout: "", stderr: "", [stream]: said };
      const { probe, cache } = await ask("/usr/bin/python3", { says });
      assertEquals([probe.kind, cache.size], [version === undefined ? "broken" : "old", 0]);
      if (probe.kind === "old") assertEquals(probe.version, version);
    }
  });
}

Deno.test("probe says absent when there is no file", async () => {
  assertEquals((await ask("/no/python")).probe, { kind: "absent" });
});
