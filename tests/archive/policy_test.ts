import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { EntryHeader, EntryType } from "../../src/archive/entry.ts";
import { Extractor } from "../../src/archive/extract.ts";
import {
  copiedInterpreters,
  isInterpreterName,
  isVenvMarker,
} from "../../src/archive/interpreter.ts";
import { EntryPolicy } from "../../src/archive/policy.ts";
import { EPOCH } from "../../src/archive/times.ts";
import { DEFAULT_UNPACK_LIMITS } from "../../src/model/unpack_limits.ts";
import { EdgebootError } from "../../src/model/errors.ts";
import { SandboxFs } from "./sandbox_fs.ts";
import { memoryFile } from "./streams.ts";

const header = (
  name: string,
  type: EntryType = "file",
  more: Partial<EntryHeader> = {},
): EntryHeader => ({
  name,
  type,
  mode: 0o644,
  modified: EPOCH,
  size: 0,
  ...more,
});

Deno.test("EntryPolicy says which parents to make, once and outermost first", () => {
  const policy = new EntryPolicy(DEFAULT_UNPACK_LIMITS, 1000);
  const steps = ["a/b/c/f", "a/b/c/g", "a/b/h", "a/x/i", "top"].map((name) =>
    policy.judge(header(name))
  );
  assertEquals(steps.map(({ parents }) => parents), [
    ["a", "a/b", "a/b/c"],
    [],
    [],
    ["a/x"],
    [],
  ]);
});

Deno.test("EntryPolicy makes an implied directory explicit without making it twice", () => {
  const policy = new EntryPolicy(DEFAULT_UNPACK_LIMITS, 1000);
  policy.judge(header("d/f"));
  const step = { action: "keep directory", path: "d", parents: [] } as const;
  assertEquals(policy.judge(header("d/", "directory")), step);
});

Deno.test("EntryPolicy takes any execute bit for executable, and no mode for none", () => {
  const policy = new EntryPolicy(DEFAULT_UNPACK_LIMITS, 1000);
  const executable = [0o755, 0o100, 0o010, 0o001, 0o666, 0, undefined].map((mode, i) => {
    const step = policy.judge(header(`f${i}`, "file", { mode }));
    return step.action === "write file" && step.executable;
  });
  assertEquals(executable, [true, true, true, true, false, false, false]);
});

for (
  const [mode, type] of [
    [0o2775, "directory"],
    [0o1777, "directory"],
    [0o3777, "directory"],
    [0o777, "file"],
    [0o666, "file"],
    [0o7777, "symlink"],
  ] as const
) {
  Deno.test(`EntryPolicy accepts mode 0${mode.toString(8)} of a ${type}: it never reaches the disk`, () => {
    const policy = new EntryPolicy(DEFAULT_UNPACK_LIMITS, 1000);
    policy.judge(header("x", type, { mode, ...(type === "symlink" ? { linkTarget: "y" } : {}) }));
  });
}

Deno.test("EntryPolicy refuses sockets, which only a zip can hold", () => {
  let rule: unknown;
  try {
    new EntryPolicy(DEFAULT_UNPACK_LIMITS, 1000).judge(header("s", "socket"));
  } catch (error) {
    rule = error instanceof EdgebootError ? error.facts["rule"] : error;
  }
  assertEquals(rule, "socket");
});

Deno.test("EntryPolicy bounds the memory for names", () => {
  const policy = new EntryPolicy({
    ...DEFAULT_UNPACK_LIMITS,
    entries: 20_000,
    pathBytes: 4096,
    depth: 4096,
  }, 1000);
  let code: unknown;
  try {
    for (let i = 0; i < 20_000; i++) policy.judge(header(`${"n".repeat(200)}/${i}`));
  } catch (error) {
    code = error instanceof EdgebootError ? error.code : error;
  }
  assertEquals(code, "BUDGET_EXCEEDED");
});

/** Names and targets that meet each other often: few components, many ways to combine them. */
const component = fc.constantFrom("a", "b", "A", "é", "..", ".", "", "bin", "python", "lib");
const path = fc.array(component, { minLength: 1, maxLength: 4 }).map((list: string[]) =>
  list.join("/")
);
const anyEntry = fc.record({
  name: path,
  type: fc.constantFrom<EntryType>("file", "file", "directory", "symlink", "symlink", "hardlink"),
  mode: fc.constantFrom(0o644, 0o755, undefined),
  linkTarget: path,
});

Deno.test("EntryPolicy and Extractor keep every sequence of entries inside, links followed", () => {
  let entriesAccepted = 0;
  let linksAccepted = 0;
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 25 }), (entries) => {
      // A refusal ends an archive, so each archive is the entries accepted so far and one more.
      const accepted: EntryHeader[] = [];
      for (const entry of entries) {
        const candidate = [...accepted, { ...entry, modified: EPOCH, size: 0 }];
        if (extractsInside(candidate)) accepted.push(candidate.at(-1)!);
      }
      entriesAccepted += accepted.length;
      linksAccepted += accepted.filter(({ type }) => type === "symlink").length;
    }),
    { numRuns: 3000 },
  );
  assert(entriesAccepted > 2000, `${entriesAccepted} entries were accepted`);
  assert(linksAccepted > 200, `${linksAccepted} links were accepted`);
});

/** False where an entry is refused; throws where the sandbox is violated. */
function extractsInside(entries: readonly EntryHeader[]): boolean {
  const sandbox = new SandboxFs("/into");
  const fs = sandbox.asFileSystem(memoryFile(new Uint8Array(0)));
  const extractor = new Extractor(fs, "/into", new EntryPolicy(DEFAULT_UNPACK_LIMITS, 1000));
  try {
    for (const entry of entries) {
      extractor.entry(entry);
      if (entry.type === "file") extractor.end();
    }
    extractor.finish();
  } catch (error) {
    if (!(error instanceof EdgebootError)) throw error;
    sandbox.checkLinks();
    return false;
  }
  while (extractor.seal(3));
  sandbox.checkLinks();
  return true;
}

Deno.test("isInterpreterName knows bin/python, bin/python3 and bin/python3.N at any depth", () => {
  const names = [
    "bin/python",
    "bin/python3",
    "bin/python3.11",
    "a/b/bin/python3.9",
    "bin/python2",
    "bin/python3.11-config",
    "python3",
    "sbin/python",
    "bin/python/x",
    "bin/python3.111",
  ];
  assertEquals(names.filter(isInterpreterName), names.slice(0, 4));
});

Deno.test("copiedInterpreters finds those beside a pyvenv.cfg", () => {
  const venvMarkers = ["pyvenv.cfg", "apps/env/pyvenv.cfg"];
  assertEquals(venvMarkers.map(isVenvMarker), [true, true]);
  assertEquals(isVenvMarker("not-pyvenv.cfg"), false);
  assertEquals(
    copiedInterpreters({
      venvMarkers,
      interpreters: ["bin/python", "apps/env/bin/python3", "apps/bin/python", "other/bin/python"],
    }),
    ["bin/python", "apps/env/bin/python3"],
  );
});
