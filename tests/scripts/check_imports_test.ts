import { assertEquals } from "@std/assert";
import { checkProject } from "../../scripts/check_imports.ts";
import { EXCEPTIONS } from "../../scripts/check_imports/architecture.ts";
import { checkCycles } from "../../scripts/check_imports/cycles.ts";
import { checkLayout, checkSource } from "../../scripts/check_imports/rules.ts";
import type { RuleName } from "../../scripts/check_imports/violation.ts";
import { findImports } from "../../scripts/check_imports/imports.ts";
import { tokenize } from "../../scripts/check_imports/tokens.ts";

const root = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

function rulesBroken(path: string, text: string): string[] {
  return checkSource({ path, text }).map(({ rule, line }) => `${rule}:${line}`);
}

const BAD: [why: string, rule: RuleName, path: string, text: string][] = [
  [
    "the second thread imports app",
    "room-order",
    "src/archive_worker.ts",
    'import "./app/start/start.ts";',
  ],
  ["the second thread uses Deno itself", "deno-global", "src/archive_worker.ts", "Deno.exit();"],
  [
    "a room imports its sibling",
    "room-order",
    "src/store/a.ts",
    'import { x } from "../registry/b.ts";',
  ],
  [
    "a room imports a sibling's type",
    "room-order",
    "src/launch/a.ts",
    'import type { X } from "../store/mod.ts";',
  ],
  [
    "a room imports app",
    "room-order",
    "src/archive/zip/a.ts",
    'import "../../app/start/start.ts";',
  ],
  ["app imports cli", "room-order", "src/app/a.ts", 'export { x } from "../cli/flags.ts";'],
  [
    "model imports the ports",
    "host-implementation",
    "src/model/a.ts",
    'import type { Host } from "../host/ports.ts";',
  ],
  [
    "a pure room imports the ports",
    "host-implementation",
    "src/elf/a.ts",
    'import type { FileSystem } from "../host/ports.ts";',
  ],
  ["model imports a room", "room-order", "src/model/a.ts", 'export * from "../config/values.ts";'],
  [
    "cli imports a room that app connects",
    "room-order",
    "src/cli/commands/a.ts",
    'import { Store } from "../../store/mod.ts";',
  ],
  [
    "a sibling is imported on demand",
    "room-order",
    "src/store/a.ts",
    'await import("../archive/mod.ts");',
  ],
  [
    "a room imports the host's implementation",
    "host-implementation",
    "src/store/a.ts",
    'import { denoFs } from "../host/deno_fs.ts";',
  ],
  [
    "cli/session imports the host's implementation",
    "host-implementation",
    "src/cli/session.ts",
    'import { denoHost } from "../host/deno_host.ts";',
  ],
  [
    "main imports app",
    "room-order",
    "main.ts",
    'import { planRun } from "./src/app/start/start.ts";',
  ],
  [
    "a room asks who the program is",
    "room-order",
    "src/store/a.ts",
    'import { VERSION } from "../version.ts";',
  ],
  [
    "the host imports a room",
    "room-order",
    "src/host/a.ts",
    'import { Store } from "../store/mod.ts";',
  ],
  ["a file lies in no room", "unknown-room", "src/util/a.ts", "export {};"],
  ["a file lies between the rooms", "unknown-room", "src/util.ts", "export {};"],
  [
    "src imports a test",
    "outside-src",
    "src/app/a.ts",
    'import "../../tests/support/fake_registry.ts";',
  ],
  ["src imports a script", "outside-src", "src/app/a.ts", 'import "../../scripts/compile.ts";'],
  ["Deno is used in a room", "deno-global", "src/store/a.ts", "const x = Deno.readFileSync;"],
  ["Deno is used as a type", "deno-global", "src/store/a.ts", "let x: Deno.FsFile;"],
  ["Deno is reached through globalThis", "deno-global", "src/cli/a.ts", "globalThis.Deno.exit(1);"],
  [
    "Deno stands inside a template",
    "deno-global",
    "src/cli/a.ts",
    "const x = `a ${ Deno.pid } b`;",
  ],
  [
    "Deno stands behind a regular expression",
    "deno-global",
    "src/cli/a.ts",
    "x = /['\"`/*]/.test(y); Deno.exit();",
  ],
  [
    "node: is imported statically in the host",
    "lazy-modules",
    "src/host/a.ts",
    'import { createHash } from "node:crypto";',
  ],
  [
    "node: is imported with an inline type",
    "lazy-modules",
    "src/host/a.ts",
    'import { type Hash } from "node:crypto";',
  ],
  [
    "node: is loaded outside the host",
    "lazy-modules",
    "src/archive/a.ts",
    'await import("node:zlib");',
  ],
  ["npm: is imported statically", "lazy-modules", "src/cli/a.ts", 'import x from "npm:chalk@5";'],
  [
    "a package for tests is imported",
    "lazy-modules",
    "src/model/a.ts",
    'import fc from "fast-check";',
  ],
  [
    "a computed module is loaded",
    "lazy-modules",
    "src/cli/a.ts",
    "await import(`./commands/${name}.ts`);",
  ],
  [
    "somebody else seals a blob",
    "verified-blob",
    "src/store/mod.ts",
    'import { sealVerifiedBlob } from "../model/verified_blob.ts";',
  ],
  [
    "somebody renames the seal",
    "verified-blob",
    "src/app/a.ts",
    'import { sealVerifiedBlob as s } from "../model/verified_blob.ts";',
  ],
  [
    "somebody takes the seal's whole module",
    "verified-blob",
    "src/app/a.ts",
    'import * as m from "../model/verified_blob.ts";',
  ],
  [
    "somebody hands the seal on",
    "verified-blob",
    "src/model/a.ts",
    'export { sealVerifiedBlob } from "./verified_blob.ts";',
  ],
  [
    "somebody loads the seal",
    "verified-blob",
    "src/app/a.ts",
    'await import("../model/verified_blob.ts");',
  ],
];

for (const [why, rule, path, text] of BAD) {
  Deno.test(`checkSource reports ${rule} when ${why}`, () => {
    const line = rule === "unknown-room" ? 0 : 2;
    assertEquals(rulesBroken(path, `\n${text}\n`), [`${rule}:${line}`]);
  });
}

BAD.push(
  [
    "app imports what is behind a face",
    "store-face",
    "src/app/a.ts",
    'import type { CacheLayout } from "../store/layout.ts";',
  ],
  [
    "app loads what is behind a face",
    "store-face",
    "src/app/a.ts",
    'await import("../store/manage/manager.ts");',
  ],
  [
    "app hands on what is behind a face",
    "store-face",
    "src/app/a.ts",
    'export * from "../store/lease.ts";',
  ],
  [
    "a path of the cache is put together elsewhere",
    "store-face",
    "src/app/a.ts",
    "const path = `${root}/v1/trees/sha256/${digest}`;",
  ],
  [
    "the store itself writes a path beside its layout",
    "store-face",
    "src/store/manage/a.ts",
    'const path = "releases/sha256";',
  ],
);

const GOOD: [why: string, path: string, text: string][] = [
  [
    "the second thread connects archive and host",
    "src/archive_worker.ts",
    'import "./archive/a.ts"; import "./host/deno_codecs.ts";',
  ],
  [
    "a room imports model and the ports",
    "src/store/a.ts",
    'import { x } from "../model/digest.ts";\nimport { FsError } from "../host/ports.ts";',
  ],
  [
    "app imports every room",
    "src/app/a.ts",
    'import "../store/mod.ts"; import "../launch/b.ts"; await import("../archive/mod.ts");',
  ],
  [
    "cli imports app, config and model",
    "src/cli/a.ts",
    'import "../app/a.ts"; import "../config/a.ts"; import "../model/a.ts";',
  ],
  [
    "app joins the rooms and says who this is",
    "src/app/open.ts",
    'import "../store/mod.ts"; import "../transport/a.ts"; import "../version.ts";',
  ],
  [
    "main builds host and cli",
    "main.ts",
    'import "./src/cli/cli.ts"; import "./src/host/deno_host.ts"; Deno.exit(0);',
  ],
  [
    "the host uses Deno and loads node: late",
    "src/host/a.ts",
    'const c = await import("node:crypto"); Deno.cwd();',
  ],
  [
    "a type of node: is erased",
    "src/archive/a.ts",
    'import type { Transform } from "node:stream";\ntype Z = typeof import("node:zlib");',
  ],
  [
    "ingest seals",
    "src/store/ingest/ingest.ts",
    'import { sealVerifiedBlob } from "../../model/verified_blob.ts";',
  ],
  [
    "the type of a sealed blob is imported",
    "src/archive/a.ts",
    'import type { VerifiedBlob } from "../model/verified_blob.ts";',
  ],
  [
    "Deno stands in comments and strings only",
    "src/cli/a.ts",
    "// Deno.exit\n/* Deno */ const a = 'Deno.x' + \"Deno\" + `Deno ${1} Deno`;",
  ],
  ["Deno is a property of something else", "src/cli/a.ts", "versions.Deno;"],
  [
    "imports stand in comments and strings only",
    "src/model/a.ts",
    "// import x from '../app/a.ts'\nconst s = 'import \"../app/a.ts\"';",
  ],
  [
    "a regular expression holds quotes",
    "src/model/a.ts",
    "const r = /[\"'`/]\\/*/; const q = 4 / 2 / 1;",
  ],
  [
    "names are exported without a source",
    "src/model/a.ts",
    "const a = 1; export { a };\nconst from = 'x'; export type T = { from: string };",
  ],
  [
    "the store knows all of itself",
    "src/store/manage/a.ts",
    'import { CacheLayout } from "../layout.ts"; const schema = "edgeboot.tree/v1";',
  ],
  ["the layout says where things lie", "src/store/layout.ts", "const x = `${v}/trees/sha256`;"],
  ["a registry has digests, too", "src/registry/a.ts", "const x = `${root}/blobs/sha256/${d}`;"],
  ["import.meta is read", "src/cli/a.ts", "import.meta.url;"],
];

for (const [why, path, text] of GOOD) {
  Deno.test(`checkSource reports nothing when ${why}`, () => {
    assertEquals(rulesBroken(path, text), []);
  });
}

Deno.test("checkSource reports long-file from line 251 on unless the top says why", () => {
  const lines = (count: number) => "x;\n".repeat(count);
  assertEquals(rulesBroken("src/cli/a.ts", lines(250)), []);
  assertEquals(rulesBroken("src/cli/a.ts", lines(251)), ["long-file:0"]);
  assertEquals(rulesBroken("scripts/a.ts", lines(251)), ["long-file:0"]);
  assertEquals(rulesBroken("src/cli/a.ts", `// Long because it is a table.\n${lines(251)}`), []);
  assertEquals(rulesBroken("src/cli/a.ts", `${lines(251)}// long because\n`), ["long-file:0"]);
  assertEquals(rulesBroken("tests/cli/a_test.ts", lines(500)), []);
  assertEquals(rulesBroken("tests/cli/a_test.ts", lines(501)), ["long-file:0"]);
});

Deno.test("checkSource leaves tests and scripts free in what they import and call", () => {
  const text = 'import { sealVerifiedBlob } from "../../src/model/verified_blob.ts"; Deno.exit();';
  assertEquals(rulesBroken("tests/archive/a_test.ts", text), []);
  assertEquals(rulesBroken("scripts/a.ts", 'import fs from "node:fs"; Deno.exit();'), []);
});

function cycles(files: Record<string, string>): string[] {
  const sources = Object.entries(files).map(([path, text]) => ({ path, text }));
  return checkCycles(sources).map(({ path, line, message }) => {
    return `${path}:${line} ${message.replace(/^imports itself: |;.*$/g, "")}`;
  });
}

Deno.test("checkCycles reports a knot once, by its shortest circle, when files import each other", () => {
  const files = {
    "src/cli/a.ts": 'import "./b.ts";',
    "src/cli/b.ts": '\nexport * from "./c.ts";',
    "src/cli/c.ts": 'import { a } from "./a.ts";\nimport { b } from "./b.ts";',
    "src/cli/d.ts": 'import "./a.ts"; import "@std/assert";',
  };
  assertEquals(cycles(files), ["src/cli/b.ts:2 src/cli/b.ts → src/cli/c.ts → src/cli/b.ts"]);
});

const CIRCLES: [why: string, back: string][] = [
  ["one side takes only a type", 'import type { B } from "./b.ts";'],
  ["one side loads the other when needed", 'await import("./b.ts");'],
  ["one side names a type in place", 'type B = import("./b.ts").B;'],
];

for (const [why, back] of CIRCLES) {
  Deno.test(`checkCycles reports a circle when ${why}`, () => {
    const files = { "src/x/a.ts": back, "src/x/b.ts": 'import "./a.ts";' };
    assertEquals(cycles(files), ["src/x/a.ts:1 src/x/a.ts → src/x/b.ts → src/x/a.ts"]);
  });
}

Deno.test("checkCycles reports a file that imports itself, and no diamond", () => {
  assertEquals(cycles({ "src/x/a.ts": '\nimport "./a.ts";' }), [
    "src/x/a.ts:2 src/x/a.ts → src/x/a.ts",
  ]);
  const diamond = {
    "src/x/a.ts": 'import "./b.ts"; import "./c.ts";',
    "src/x/b.ts": 'import "./d.ts";',
    "src/x/c.ts": 'import "./d.ts"; import "../y/absent.ts";',
    "src/x/d.ts": "",
  };
  assertEquals(cycles(diamond), []);
});

Deno.test("checkLayout reports what does not belong at the top level", () => {
  const names = ["deno.json", "src", "tests", ".gitignore", ".ci", "dist", "LICENSE"];
  assertEquals(checkLayout(names), []);
  const bad = checkLayout([...names, "lib", "package.json", "notes.txt"]);
  assertEquals(bad.map(({ rule, path }) => `${rule}:${path}`), [
    "layout:lib",
    "layout:package.json",
    "layout:notes.txt",
  ]);
});

Deno.test("EXCEPTIONS name files that exist and still need them, each with a reason", async () => {
  for (const { file, may, reason } of EXCEPTIONS) {
    const text = await Deno.readTextFile(`${root}/${file}`);
    const targets = findImports(tokenize(text)).map(({ specifier }) =>
      new URL(specifier!, `file:///${file}`).pathname.slice(1)
    );
    for (const allowed of may.filter((name) => name.endsWith(".ts"))) {
      assertEquals(targets.includes(allowed), true, `${file} no longer imports ${allowed}`);
    }
    assertEquals(reason.length > 10, true);
  }
});

Deno.test("findImports sees every form with its line", () => {
  const text = `import a, { b as c } from "1";
import type { D } from "2";
import "3";
export * as e from "4";
export { f,
  g } from "5";
const h = await import("6");
type I = import("7").J;`;
  assertEquals(
    findImports(tokenize(text)).map(({ specifier, line, dynamic, typeOnly, names }) =>
      `${specifier} ${line} ${dynamic ? "dynamic " : ""}${typeOnly ? "type " : ""}${names}`
    ),
    [
      "1 1 default,b",
      "2 2 type D",
      "3 3 ",
      "4 4 *",
      "5 5 f,g",
      "6 7 dynamic *",
      "7 8 dynamic *",
    ],
  );
});

Deno.test("checkProject finds the files of main.ts, src, scripts and tests", async () => {
  const project = await Deno.makeTempDir();
  try {
    for (const room of ["src/store", "scripts", "tests"]) {
      await Deno.mkdir(`${project}/${room}`, { recursive: true });
    }
    await Deno.writeTextFile(`${project}/main.ts`, 'import "./src/app/a.ts";\n');
    await Deno.writeTextFile(`${project}/src/store/a.ts`, "Deno.exit();\n");
    await Deno.writeTextFile(`${project}/tests/a_test.ts`, "x;\n".repeat(501));
    await Deno.writeTextFile(`${project}/scripts/a.ts`, "x;\n".repeat(251));
    await Deno.writeTextFile(`${project}/package.json`, "{}\n");
    const found = (await checkProject(project)).map(({ rule, path }) => `${rule} ${path}`);
    assertEquals(found.sort(), [
      "deno-global src/store/a.ts",
      "layout package.json",
      "long-file scripts/a.ts",
      "long-file tests/a_test.ts",
      "room-order main.ts",
    ]);
  } finally {
    await Deno.remove(project, { recursive: true });
  }
});
