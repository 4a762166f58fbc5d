import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { joinStartPath } from "../../../scripts/compile/start_path.ts";

/** An entry, what it shares with a command that is loaded on demand, and what only that needs. */
const PROGRAM = new Map([
  [
    "main.js",
    'import{a}from"./chunk-1.js";import{readFileSync as r}from"node:fs";' +
    'globalThis.start=a;globalThis.later=()=>import("./lazy-1.js");globalThis.r=r;',
  ],
  ["chunk-1.js", 'import{b}from"./chunk-2.js";export const a=`${b}!`;'],
  ["chunk-2.js", "export const b=globalThis.evaluated=(globalThis.evaluated??0)+1;"],
  [
    "lazy-1.js",
    'import{b}from"./chunk-2.js";import{c}from"./chunk-3.js";export const lazy=b+c;',
  ],
  ["chunk-3.js", "export const c=41;"],
]);

Deno.test("joinStartPath() leaves no file that the entry imports but the platform's", async () => {
  const joined = await joinStartPath(PROGRAM, "main.js");
  const imports = [
    ...joined.get("main.js")!.matchAll(/\bimport\s*(?:\{[^}]*\}from)?\s*["']([^"']+)/g),
  ];
  assertEquals(imports.map(([, name]) => name), ["node:fs"]);
});

Deno.test("joinStartPath() keeps one instance of what the start and a later import share", async () => {
  const joined = await joinStartPath(PROGRAM, "main.js");
  const directory = await Deno.makeTempDir();
  try {
    for (const [name, text] of joined) await Deno.writeTextFile(`${directory}/${name}`, text);
    await Deno.writeTextFile(
      `${directory}/try.js`,
      'await import("./main.js");const{lazy}=await globalThis.later();' +
        "console.log(globalThis.start,lazy,globalThis.evaluated);",
    );
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-config", `${directory}/try.js`],
    });
    const { stdout } = await command.output();
    assertEquals(new TextDecoder().decode(stdout).trim(), "1! 42 1");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("joinStartPath() leaves what is only imported on demand in files of its own", async () => {
  const joined = await joinStartPath(PROGRAM, "main.js");
  const others = [...joined].filter(([name]) => name !== "main.js");
  assertEquals(others.length > 0, true);
  assertMatch(others.map(([, text]) => text).join(), /41/);
  assertEquals(joined.get("main.js")!.includes("41"), false);
});

Deno.test("joinStartPath() makes one file of all that the long way needs besides the start", async () => {
  const program = new Map([
    ["main.js", 'import{a}from"./chunk-1.js";globalThis.long=()=>import("./cold-1.js");a();'],
    ["chunk-1.js", "export const a=()=>17;"],
    [
      "cold-1.js",
      'import{a}from"./chunk-1.js";import{c}from"./chunk-3.js";export const cold=a()+c;',
    ],
    ["chunk-3.js", "export const c=41;"],
  ]);
  const joined = await joinStartPath(program, "main.js");
  const having = (text: string) =>
    [...joined].filter(([, code]) => code.includes(text)).map(([name]) => name);
  assertEquals([having("17"), having("41").length], [["main.js"], 1]);
  assertEquals(having("41").includes("main.js"), false);
});

Deno.test("joinStartPath() fails when a file is missing", async () => {
  const broken = new Map([["main.js", 'import"./chunk-9.js";']]);
  await assertRejects(() => joinStartPath(broken, "main.js"));
});
