import { assertEquals } from "@std/assert";
import { EXIT_CODES_KNOWN_TO } from "../../../scripts/check_imports/architecture.ts";
import { checkExitCodes } from "../../../scripts/check_imports/exit_codes.ts";

const reported = (path: string, text: string) =>
  checkExitCodes({ path, text }).map(({ rule, line }) => `${rule}:${line}`);

Deno.test("checkExitCodes reports the bare number of an exit code", () => {
  const text = "if (a) f();\nif (error.exitCode === 69) return [73, x];";
  assertEquals(reported("src/app/a.ts", text), ["exit-code:2", "exit-code:2"]);
});

Deno.test("checkExitCodes reports nothing in texts, sizes, formats, or outside src", () => {
  const text =
    'const a = "ends with 69"; // 70\nconst size = 64 * 1024, b = 1.65e3, c = /{0,127}/;';
  assertEquals(reported("src/app/a.ts", text), []);
  assertEquals(reported("src/archive/tar/a.ts", "const WIDTH = 65;"), []);
  assertEquals(reported("tests/app/a_test.ts", "assertEquals(code, 65);"), []);
});

Deno.test("EXIT_CODES_KNOWN_TO names files that exist, each with a reason", () => {
  for (const { file, reason } of EXIT_CODES_KNOWN_TO) {
    Deno.statSync(new URL(`../../../${file}`, import.meta.url));
    assertEquals(reason.length > 10, true, file);
  }
});
