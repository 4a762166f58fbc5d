import { assertEquals } from "@std/assert";
import { COMMANDS } from "../../../src/cli/commands.ts";
import { complete, renderCompletion, type Typed } from "../../../src/cli/completions/candidates.ts";

async function ask(...words: string[]): Promise<string[]> {
  const names = (kind: string, _word: string, _typed: Typed) =>
    Promise.resolve(kind === "APP" ? [{ value: "web" }, { value: "worker" }] : []);
  const completion = await complete(words, COMMANDS, names);
  return renderCompletion(completion).split("\n").slice(0, -1)
    .map((line) => line.split("\t")[0]!);
}

const TABLE: readonly (readonly [readonly string[], readonly string[]])[] = [
  [["ru"], ["run"]],
  [["xyz"], []],
  [["xyz", ""], []],
  [["--v"], ["--verbose", "--version"]],
  [["--registry"], ["--registry"]],
  [["--registry", "/r", "ru"], ["run"]],
  [["--offline", "run", "w"], ["web", "worker"]],
  [["--config", "/e"], [":file"]],
  [["run", "--lo"], ["--lock-timeout", "--log", "--log-level"]],
  [["run", "--log", ""], ["text", "json"]],
  [["run", "--log=j"], ["--log=json"]],
  [["run", "--refresh", ""], ["always", "never"]],
  [["run", "--config", "/et"], [":file"]],
  [["run", "--config=/et"], [":file"]],
  [["run", "--cache", ""], [":directory"]],
  [["run", "--max-entries", ""], []],
  [["run", "--offline=", ""], ["web", "worker"]],
  [["run", "w"], ["web", "worker"]],
  [["run", "--offline", "wo"], ["worker"]],
  [["run", "--", "wo"], ["worker"]],
  // What follows APP is the app's.
  [["run", "web", "--of"], [":file"]],
  [["exec", "web", ""], [":command"]],
  [["exec", "web", "--", ""], [":command"]],
  [["fetch", "web", "--js"], ["--json"]],
  [["inspect", "we"], ["web", ":file"]],
  [["cache", "p"], ["path"]],
  [["completions", "z"], ["zsh"]],
  [["init", ""], ["docker", "kubernetes", "systemd"]],
  [["init", "docker", "--p"], ["--python"]],
  [["init", "kubernetes", "--p"], ["--port"]],
  [["init", "systemd", "--p"], ["--prefetch"]],
  [["init", "systemd", "--type", ""], ["exec", "notify"]],
  [["init", "systemd", "w"], ["web", "worker"]],
  [["cache", "list", "--q"], ["--quarantine"]],
  [["cache", "gc", "--q"], ["--quarantine-age"]],
  [["cache", "path", "--k"], []],
];

for (const [words, found] of TABLE) {
  Deno.test(`complete() gives ${found.join(" ") || "nothing"} for ${words.join(" ")}`, async () => {
    assertEquals(await ask(...words), found);
  });
}

Deno.test("complete() offers every command where nothing is typed, and every flag of each", async () => {
  assertEquals(await ask(""), COMMANDS.map(({ name }) => name));
  assertEquals(await ask(), COMMANDS.map(({ name }) => name));
  for (const { name, flags } of COMMANDS) {
    assertEquals(await ask(name, "--"), flags.map((flag) => `--${flag.name}`));
  }
});
