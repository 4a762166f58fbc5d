import { assertEquals, assertMatch } from "@std/assert";
import { BINARY } from "../support/binary.ts";
import { command, output } from "../support/command.ts";
import { e2e, needsProgram } from "../support/e2e.ts";

const page = await output(BINARY, ["man"], { env: {}, clearEnv: true });
const ENV = { LC_ALL: "C.UTF-8", MANWIDTH: "80", TERM: "dumb" };

const CHECKS: readonly (readonly [program: string, args: readonly string[]])[] = [
  ["groff", ["-ww", "-man", "-Tutf8"]],
  ["mandoc", ["-Tlint", "-Wall"]],
];

for (const [program, args] of CHECKS) {
  const missing = await needsProgram("sh", "-c", `command -v ${program}`) &&
    `${program} is not installed`;
  e2e(`edgeboot man is a page that ${program} warns of nothing in`, missing, async () => {
    const ended = await command(program, args, { stdin: page, env: ENV });
    const warnings = program === "mandoc" ? ended.stdout + ended.stderr : ended.stderr;
    assertEquals([ended.code, warnings], [0, ""]);
  });
}

e2e(
  "edgeboot man shows in 80 columns, in man itself, without a warning",
  await needsProgram("man", "--version"),
  async () => {
    const file = await Deno.makeTempFile({ suffix: ".1" });
    try {
      await Deno.writeTextFile(file, page);
      const { code, stdout, stderr } = await command("man", ["--warnings", "-l", file], {
        env: ENV,
      });
      assertEquals([code, stderr], [0, ""]);
      assertEquals(stdout.split("\n").filter((line) => line.length > 80), []);
      assertMatch(stdout, /^EDGEBOOT\(1\) +User Commands +EDGEBOOT\(1\)\n\nNAME\n/);
      assertMatch(stdout, /\nedgeboot \d+\.\d+\.\d+ +\d{4}-\d\d-\d\d +EDGEBOOT\(1\)\n$/);
    } finally {
      await Deno.remove(file);
    }
  },
);
