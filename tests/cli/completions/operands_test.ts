import { assertEquals } from "@std/assert";
import type { Command } from "../../../src/cli/command.ts";
import { COMMANDS } from "../../../src/cli/commands.ts";
import { nextOperands } from "../../../src/cli/completions/operands.ts";

const named = (name: string): Command => COMMANDS.find((command) => command.name === name)!;

const TABLE: readonly (readonly [string, readonly string[], readonly string[], string[]])[] = [
  ["run", [], [], ["APP"]],
  ["run", ["web"], [], ["ARGS"]],
  ["run", ["web", "a", "b"], [], ["ARGS"]],
  ["run", [], ["bundle", "sha256"], ["ARGS"]],
  ["exec", ["web"], [], ["COMMAND"]],
  ["exec", ["web", "python"], [], ["ARGS"]],
  ["fetch", ["web", "worker"], [], ["APP"]],
  ["fetch", [], ["bundle", "sha256"], []],
  ["inspect", [], [], ["APP", "FILE"]],
  ["inspect", ["web"], [], []],
  ["cache", [], [], ["list", "gc", "path"]],
  ["cache", ["path"], [], ["DIGEST"]],
  ["cache", ["list"], [], []],
  ["cache", ["lsit"], [], []],
  ["verify", [], [], ["APP"]],
  ["pin", ["web"], [], ["sha256:HEX", "VERSION"]],
  ["pin", ["web"], ["remove"], []],
  ["init", [], [], ["docker", "kubernetes", "systemd"]],
  ["init", ["docker"], [], ["APP"]],
  ["init", ["systemd"], ["template"], []],
  ["schema", [], [], ["SCHEMA"]],
  ["help", [], [], ["TOPIC"]],
  ["completions", [], [], ["bash", "zsh", "fish", "candidates"]],
];

for (const [name, typed, flags, next] of TABLE) {
  const line = [name, ...flags.map((flag) => `--${flag}`), ...typed].join(" ");
  Deno.test(`nextOperands() gives ${next.join(" or ") || "nothing"} after ${line}`, () => {
    assertEquals(nextOperands(named(name), typed, new Set(flags)), next);
  });
}
