import { assert, assertEquals, assertMatch } from "@std/assert";
import { EXIT_CODES } from "../../src/model/errors.ts";
import { BINARY } from "./support/binary.ts";
import { command } from "./support/command.ts";
import { e2e } from "./support/e2e.ts";
import { assertJson, assertText } from "./support/refusal.ts";
import { Sandbox } from "./support/sandbox.ts";
import { onTerminal } from "./support/terminal.ts";
import { type Scene, type Stop, STOPS } from "./tour_stops.ts";

/** ECMA-48 EL: from the cursor to the end of the line. */
const WIPE = "\x1b[K";
const SECRETS = /hunter2|joe|t0ken/;
/** A command to type, an option or variable to set, or something to look at or to do. */
const ACTIONABLE =
  /`[^`]+`|--[a-z]|EDGEBOOT_|\b(?:check|correct|publish|upload|install|remove|free|give|set|start|try|ask|add|build|use|report)\b/;

function start({ args, under = [], ...options }: Scene, sandbox: Sandbox, json: boolean) {
  const env = {
    ...sandbox.environment(options),
    EDGEBOOT_TOKEN: "t0ken",
    ...json ? { EDGEBOOT_LOG: "json" } : {},
  };
  const program = [...under, BINARY, ...args];
  return { program, options: { env, clearEnv: true, cwd: options.cwd ?? "/" } };
}

for (const stop of STOPS) {
  e2e(
    `edgeboot says what, why and what next, with ${stop.exit}, when ${stop.what}`,
    stop.missing,
    async () => {
      await using sandbox = await Sandbox.create();
      await using stack = new AsyncDisposableStack();
      const scene = await stop.scene(sandbox, stack);
      const piped = start(scene, sandbox, false);
      const text = await command(piped.program[0]!, piped.program.slice(1), piped.options);
      if (Deno.env.get("SHOW")) {
        Deno.writeTextFileSync(
          Deno.env.get("SHOW")!,
          `--- ${stop.what}: ${text.code}\n${text.stderr}`,
          { append: true },
        );
      }
      assertText(text, { ...stop, says: /^/ });
      checkWords(stop, text.stderr);
      assert(!text.stderr.includes("\x1b"), "no colour, no control characters");

      const machine = start(scene, sandbox, true);
      const json = await command(machine.program[0]!, machine.program.slice(1), machine.options);
      assertJson(json, { ...stop, says: /^/ });
      assertEquals(SECRETS.exec(json.stderr), null);

      const screen = await onTerminal(piped.program, piped.options);
      assertEquals(screen.code, stop.exit, screen.written);
      checkScreen(stop, screen.written);
    },
  );
}

function checkWords(stop: Stop, stderr: string): void {
  for (const name of stop.names) assertMatch(stderr, name);
  assertEquals(SECRETS.exec(stderr), null, "credentials are shown");
  assertMatch(/^ {2}next: (.*)/m.exec(stderr)![1]!, ACTIONABLE);
  assert(!/\bundefined\b|\[object|NaN|null\b|: *$|  +$/m.test(stderr), stderr);
}

/** The same words, broken between words at 80 columns; a longer word is left whole. */
function checkScreen(stop: Stop, written: string): void {
  // What progress has drawn is wiped out again before anything else is said.
  const screen = written.split("\n").map((line) => line.split(`\r${WIPE}`).at(-1)!).join("\n");
  assert(!screen.includes("\x1b"), JSON.stringify(screen));
  const lines = screen.trimEnd().split("\n");
  // Only a word that is longer than a line may lead over its end.
  assertEquals(lines.filter((line) => line.length > 80 && line.lastIndexOf(" ") > 80), []);
  assertEquals(lines.filter((line) => line.length > 80 && !/\S{60}/.test(line)), []);
  assertEquals(lines.filter((line) => line.trim() === ""), []);
  checkWords(stop, screen.replace(/\n {2,8}(?!why:|next:)/g, " "));
}

Deno.test("the tour comes by every exit code", () => {
  const codes = new Set<number>(Object.values(EXIT_CODES));
  assertEquals(codes.difference(new Set(STOPS.map(({ exit }) => exit))), new Set());
});
