import { assert, assertEquals, assertMatch } from "@std/assert";
import { EXIT_CODES } from "../../src/model/errors.ts";
import { BINARY } from "./support/binary.ts";
import { command } from "./support/command.ts";
import { e2e } from "./support/e2e.ts";
import { assertJson, assertText } from "./support/refusal.ts";
import { Sandbox } from "./support/sandbox.ts";
import { StaticServer } from "./support/server.ts";
import { SlowServer } from "./support/slow_server.ts";
import { onTerminal } from "./support/terminal.ts";
import { type Scene, type Stop, STOPS } from "./tour_stops.ts";

/** ECMA-48 EL: from the cursor to the end of the line. */
const WIPE = "\x1b[K";
const START = { entrypoint: { module: "web" } };
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
      await keepForReaders(`--- ${stop.what}: ${text.code}\n${text.stderr}`);
      assertText(text, { ...stop, says: /^/ });
      checkWords(stop, text.stderr);
      assert(!text.stderr.includes("\x1b"), "no colour, no control characters");

      const machine = start(scene, sandbox, true);
      const json = await command(machine.program[0]!, machine.program.slice(1), machine.options);
      assertJson(json, { ...stop, says: /^/ });
      assertEquals(SECRETS.exec(json.stderr), null);

      const screen = await onTerminal(piped.program, piped.options);
      assertEquals(screen.code, stop.exit, screen.written);
      checkScreen(stop, uncoloured(screenOf(screen.written)));

      const env = { ...piped.options.env, NO_COLOR: "1" };
      const plain = await onTerminal(piped.program, { ...piped.options, env });
      assertEquals(plain.code, stop.exit, plain.written);
      checkScreen(stop, screenOf(plain.written));
    },
  );
}

/** EDGEBOOT_TOUR=FILE collects all texts, to be read in one go. */
async function keepForReaders(text: string): Promise<void> {
  const file = Deno.env.get("EDGEBOOT_TOUR");
  if (file) await Deno.writeTextFile(file, text, { append: true });
}

function checkWords(stop: Stop, stderr: string): void {
  for (const name of stop.names) assertMatch(stderr, name);
  assertEquals(SECRETS.exec(stderr), null, "credentials are shown");
  assertMatch(/^ {2}next: (.*)/m.exec(stderr)![1]!, ACTIONABLE);
  assert(!/\bundefined\b|\[object|NaN|null\b|: *$|  +$/m.test(stderr), stderr);
}

/** What is still to be seen when all is over. */
function screenOf(written: string): string {
  return written.split("\n").map((line) => line.split(`\r${WIPE}`).at(-1)!).join("\n");
}

/** Every label has its colour: bold, and red or yellow (ECMA-48 SGR). */
const LABELS = [["error", "\x1b[1;31m"], ["warning", "\x1b[1;33m"]] as const;

/** What is said in black and white, where the labels, and nothing else, were coloured. */
function uncoloured(screen: string): string {
  return LABELS.reduce((text, [label, colour]) => {
    assert(!text.includes(`edgeboot: ${label}:`), JSON.stringify(screen));
    return text.replaceAll(`edgeboot: ${colour}${label}:\x1b[0m `, `edgeboot: ${label}: `);
  }, screen);
}

/**
 * The same words, broken between words at 80 columns; a longer word is left whole. What progress has
 * drawn is wiped out again before anything else is said.
 */
function checkScreen(stop: Stop, screen: string): void {
  assert(!screen.includes("\x1b"), JSON.stringify(screen));
  const lines = screen.trimEnd().split("\n");
  // Only a word that is longer than a line may lead over its end.
  assertEquals(lines.filter((line) => line.length > 80 && line.lastIndexOf(" ") > 80), []);
  assertEquals(lines.filter((line) => line.length > 80 && !/\S{60}/.test(line)), []);
  assertEquals(lines.filter((line) => line.trim() === ""), []);
  checkWords(stop, screen.replace(/\n {2,8}(?!why:|next:)/g, " "));
}

Deno.test("a cold start on a terminal shows a bar, wipes it, and leaves two lines", async () => {
  await using sandbox = await Sandbox.create();
  // More than one piece of the server's, with pauses between.
  const noise = () => crypto.getRandomValues(new Uint8Array(60_000)).toBase64();
  const bytes = noise() + noise() + noise();
  const { sha256 } = await sandbox.publish(
    "web",
    { "web.py": "print('up')", "data": bytes },
    START,
  );
  const blob = await Deno.readFile(`${sandbox.registry}/blobs/sha256/${sha256}`);
  await using server = new SlowServer(blob);
  server.behaviour = { pauseMs: 300 };
  await sandbox.release("web", "stable", {
    ...{ schema: "edgeboot.release/v1", app: "web", version: "1", ...START },
    layers: [{ sha256, size: blob.length, url: `${server.url}/web.zip` }],
  });
  const options = { env: sandbox.environment(), clearEnv: true };
  const { code, written } = await onTerminal([BINARY, "run", "web"], options);
  const drawn = written.split("\r").filter((piece) => /^ {2}\[[#-]{24}\] .+ of /.test(piece));
  assert(drawn.length > 0 && drawn.every((line) => line.split("\n")[0]!.length < 80), written);
  const lines = screenOf(written).split("\n");
  assertEquals([code, lines.at(-2)], [0, "up"], written);
  assertEquals(lines.length, 4, written);
  assertMatch(lines[0]!, /^edgeboot: web@stable: fetching 1 layer, \d/);
  assertMatch(lines[1]!, /^edgeboot: web@stable: ready in .+ fetched, .+ unpacked\)$/);
  const warm = await onTerminal([BINARY, "run", "web"], options);
  assertEquals(warm.written, "up\n");
});

Deno.test("a start with the registry down says on a terminal what starts, and why, in 80 columns", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("web", { "web.py": "print('up')" }, START);
  await using server = new StaticServer(sandbox.registry);
  const env = sandbox.environment({ registry: server.url });
  assertEquals((await command(BINARY, ["fetch", "web"], { env, clearEnv: true })).code, 0);
  server.answer(() => new Response("no", { status: 503 }));
  const ended = await onTerminal([BINARY, "run", "web"], { env, clearEnv: true });
  const written = uncoloured(ended.written);
  assertEquals(ended.code, 0, written);
  assertMatch(
    written.replace(/\n {2}/g, " "),
    /^edgeboot: warning: web@stable: staying with 1 \([0-9a-f]{12}\), the last release .+ 503\nup\n$/,
  );
  const wide = written.split("\n").filter((line) => line.length > 80 && !/\S{60}/.test(line));
  assertEquals(wide, []);
});

Deno.test("the tour comes by every exit code", () => {
  const codes = new Set<number>(Object.values(EXIT_CODES));
  assertEquals(codes.difference(new Set(STOPS.map(({ exit }) => exit))), new Set());
});
