import { assertEquals } from "@std/assert";
import { BINARY } from "../support/binary.ts";
import { command } from "../support/command.ts";
import { Sandbox } from "../support/sandbox.ts";

const FILES = { "m.py": "import sys; print(*sys.argv[1:])" };
const RELEASE = {
  entrypoints: {
    default: { module: "m", args: ["default"] },
    worker: { module: "m", args: ["worker"] },
  },
};

/** How the binary is called, and what the app prints or how it ends. */
const CALLS: readonly (readonly [string, string[], Record<string, string>, string | number])[] = [
  ["billing", ["run", "--help"], {}, "default run --help\n"],
  ["billing", [], {}, "default\n"],
  ["worker", ["-v", "--", "x"], { EDGEBOOT_APP: "billing" }, "worker -v -- x\n"],
  ["absent", [], {}, 78],
  ["Not an app", [], {}, 64],
  ["edgeboot-1.0", ["run", "billing", "x"], {}, "default x\n"],
  ["entrypoint.sh", ["run", "billing", "x"], {}, "default x\n"],
];

for (const [name, args, env, expected] of CALLS) {
  const call = [...Object.entries(env).map((pair) => pair.join("=")), name, ...args].join(" ");
  Deno.test(`edgeboot called by a link as \`${call}\` gives ${JSON.stringify(expected)}`, async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.publish("billing", FILES, RELEASE);
    const link = sandbox.path(name);
    await Deno.symlink(BINARY, link);
    const options = { env: sandbox.environment({ env }), clearEnv: true };
    const { code, stdout, stderr } = await command(link, args, options);
    assertEquals(code === 0 ? stdout : code, expected, stderr);
  });
}

Deno.test("edgeboot is itself when the binary was renamed", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.publish("billing", FILES, RELEASE);
  const path = sandbox.path("boot");
  await Deno.link(BINARY, path).catch(() => Deno.copyFile(BINARY, path));
  const options = { env: sandbox.environment(), clearEnv: true };
  const { stdout, stderr } = await command(path, ["run", "billing"], options);
  assertEquals(stdout, "default\n", stderr);
});
