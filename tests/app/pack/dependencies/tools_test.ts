import { assertEquals, assertRejects } from "@std/assert";
import { runTool, toolIndex } from "../../../../src/app/pack/dependencies/tools.ts";
import { pipArguments, uvArguments } from "../../../../src/app/pack/dependencies/tool_arguments.ts";
import { type CommandResult, type CommandRunner, FsError } from "../../../../src/host/ports.ts";
import { targetOf } from "../../../../src/pack/target.ts";

const commands = (
  answers: Record<string, Partial<CommandResult> | Error>,
): { commands: CommandRunner } => ({
  commands: {
    run(path) {
      const answer = answers[path] ?? new FsError("ENOENT", "run", path, undefined);
      if (answer instanceof Error) return Promise.reject(answer);
      return Promise.resolve({ code: 0, stdout: "", stderr: "", ...answer });
    },
  },
});

Deno.test("runTool tells a tool that is not there from one that fails", async () => {
  const host = commands({
    shim: { code: 127 },
    python: { code: 1, stderr: "/usr/bin/python3: No module named pip" },
    broken: { code: 2, stderr: "no solution" },
    closed: new FsError("EACCES", "run", "closed", undefined),
  });
  for (const name of ["absent", "shim", "python"]) {
    assertEquals(await runTool(name, [], host), undefined);
  }
  assertEquals((await runTool("broken", [], host))?.code, 2);
  await assertRejects(() => runTool("closed", [], host), FsError);
});

Deno.test("toolIndex finds the index that uv, or else pip, says it takes", async () => {
  const uv = {
    stdout:
      "  --default-index <URL>  The default package index (by default: <https://uv.example/simple>)",
  };
  const pip = { stdout: "-i <url>  Base URL (default\n     https://pip.example/simple). This" };
  assertEquals(await toolIndex(commands({ uv, pip })), "https://uv.example/simple");
  assertEquals(await toolIndex(commands({ pip })), "https://pip.example/simple");
  assertEquals(await toolIndex(commands({ python3: pip })), "https://pip.example/simple");
  assertEquals(await toolIndex(commands({})), undefined);
});

const SOURCE = { files: ["r.txt"], paths: ["/w/r.txt"], wheels: undefined };
const TARGET = targetOf("3.13t", "manylinux_2_28_x86_64");

Deno.test("uvArguments ask for wheels of the target alone, and for sources of what may be built", () => {
  const options = { offline: false, python: undefined };
  const text = uvArguments(SOURCE, new Set(), TARGET, options).join(" ");
  assertEquals(
    text.includes("--python-version 3.13 --python-platform x86_64-manylinux_2_28"),
    true,
  );
  assertEquals(text.endsWith("--only-binary :all: /w/r.txt"), true, text);
  const built = uvArguments(
    { ...SOURCE, wheels: "/w" },
    new Set(["a"]),
    targetOf("3.11", "linux_riscv64"),
    {
      ...{ offline: true, python: "/p" },
    },
  ).join(" ");
  assertEquals(built.includes("--universal --only-binary :all: --no-binary a"), true, built);
  assertEquals(built.endsWith("--find-links /w --offline /w/r.txt"), true, built);
});

Deno.test("pipArguments name the target unless something may be built", () => {
  const text = pipArguments(SOURCE, new Set(), TARGET, "/work").join(" ");
  assertEquals(
    text.includes("--python-version 3.13 --abi cp313t --abi abi3 --abi none"),
    true,
    text,
  );
  assertEquals(text.includes("--platform manylinux2014_x86_64"), true);
  const built = pipArguments(SOURCE, new Set(["a"]), TARGET, "/work").join(" ");
  assertEquals([built.includes("--platform"), built.includes("--no-binary a")], [false, true]);
});
