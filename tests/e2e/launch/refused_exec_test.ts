import { assertEquals, assertStringIncludes } from "@std/assert";
import { BINARY } from "../support/binary.ts";
import { command, output } from "../support/command.ts";
import { e2e, firstOf, needsProgram } from "../support/e2e.ts";
import { assertText } from "../support/refusal.ts";
import { Sandbox } from "../support/sandbox.ts";

const missing = firstOf(
  await needsProgram("gcc", "--version"),
  Deno.build.os === "linux" ? undefined : "seccomp is Linux's",
);

e2e(
  "edgeboot run says what refuses exec, and that a child needs it as well, when a seccomp filter does",
  missing,
  async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("web", { "web.py": "" }, { entrypoint: { module: "web" } });
    const launcher = sandbox.path("launcher");
    await output("gcc", ["-o", launcher, new URL("refused_exec.c", import.meta.url).pathname]);
    const options = { env: sandbox.environment(), clearEnv: true };
    const filtered = (...args: string[]) => command(launcher, [BINARY, ...args], options);

    const cold = await filtered("run", "web");
    assertText(cold, { exit: 126, code: "PYTHON_NOT_EXECUTABLE", says: /python3 and \d+ more: / });
    assertEquals((await sandbox.edgeboot(["fetch", "web"])).code, 0);
    const says =
      /operation not permitted \(errno 1\)\n.* seccomp filter .*; --spawn needs it as well/;
    const refusal = { exit: 126, code: "PYTHON_NOT_EXECUTABLE", says };
    assertText(await filtered("run", "web"), refusal);
    const spawned = await filtered("run", "--spawn", "web");
    assertText(spawned, { ...refusal, says: /operation not permitted/i });
    assertEquals(spawned.stderr.includes("--spawn"), false, "it was tried");

    // Started by descriptor (fexecve), the binary has no name that could be a link's.
    assertStringIncludes((await filtered("version")).stdout, "edgeboot ");
  },
);
