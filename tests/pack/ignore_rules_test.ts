import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { IgnoreRules } from "../../src/pack/ignore_rules.ts";
import { LEFT_OUT } from "../../src/pack/left_out.ts";
import { inTempDir } from "../support/temp.ts";

Deno.test("IgnoreRules leaves out what no app needs, and takes it back where a file says so", () => {
  const rules = new IgnoreRules(LEFT_OUT);
  for (const path of [".git", "a/__pycache__", "web/node_modules", ".tox", "x.egg-info"]) {
    assertEquals(rules.leavesOut(path, true), true, path);
  }
  assertEquals(rules.leavesOut("a/.gitignore", false), true);
  assertEquals(rules.leavesOut("tests", true), false);
  rules.add({ directory: "", text: "!node_modules/\n" });
  assertEquals(rules.leavesOut("web/node_modules", true), false);
});

Deno.test("IgnoreRules lets a deeper directory decide before those above it", () => {
  const rules = new IgnoreRules([]);
  rules.add({ directory: "", text: "*.log\n/data\n" });
  rules.add({ directory: "keep", text: "!*.log\n" });
  assertEquals(rules.leavesOut("a.log", false), true);
  assertEquals(rules.leavesOut("keep/a.log", false), false);
  assertEquals(rules.leavesOut("data", true), true);
  assertEquals(rules.leavesOut("keep/data", true), false);
});

Deno.test("IgnoreRules reads rules from above the source, but not those against the source itself", () => {
  const rules = new IgnoreRules([]);
  rules.add({
    directory: "",
    above: "services/billing",
    text: "/services/billing/local.py\n*.tmp\n",
  });
  assertEquals(rules.leavesOut("local.py", false), true);
  assertEquals(rules.leavesOut("x/a.tmp", false), true);
  const named = new IgnoreRules([]);
  named.add({ directory: "", above: "build/app", text: "build/\n" });
  assertEquals(named.leavesOut("main.py", false), false);
});

const part = fc.constantFrom("a", "b", "ab", "x.py", "dir", "[a", "ä");
const pattern = fc.tuple(
  fc.constantFrom("", "!", "/", "**/", "!/"),
  fc.array(fc.constantFrom("a", "b", "*", "a*", "**", "?", "[ab]", "x.*", "dir", "\\!a"), {
    minLength: 1,
    maxLength: 3,
  }),
  fc.constantFrom("", "/", "/**"),
).map(([before, parts, after]) => `${before}${parts.join("/")}${after}`);

/** By `git check-ignore`, which ends with 0 where it is ignored and with 1 where it is not. */
function isIgnoredByGit(directory: string, path: string): boolean {
  const { code } = new Deno.Command("git", {
    args: ["-c", "core.excludesFile=/dev/null", "check-ignore", "--no-index", "-q", "--", path],
    cwd: directory,
  }).outputSync();
  if (code > 1) throw new Error(`git check-ignore ended with ${code}`);
  return code === 0;
}

Deno.test("IgnoreRules leaves out what git ignores", async () => {
  await inTempDir(async (directory) => {
    new Deno.Command("git", { args: ["init", "-q", directory] }).outputSync();
    await fc.assert(
      fc.property(
        fc.array(pattern, { minLength: 1, maxLength: 4 }),
        fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/")),
        (patterns, path) => {
          const text = `${patterns.join("\n")}\n`;
          // To git it is one byte, and to people, who write it, one letter.
          fc.pre(!(text.includes("?") && path.includes("ä")));
          Deno.writeTextFileSync(`${directory}/.gitignore`, text);
          const rules = new IgnoreRules([]);
          rules.add({ directory: "", text });
          const parts = path.split("/");
          const parents = parts.slice(1).map((_, depth) => parts.slice(0, depth + 1).join("/"));
          const isLeftOut = parents.some((parent) => rules.leavesOut(parent, true)) ||
            rules.leavesOut(path, false);
          assertEquals(isLeftOut, isIgnoredByGit(directory, path), `${text}${path}`);
        },
      ),
      { numRuns: 150 },
    );
  });
});
