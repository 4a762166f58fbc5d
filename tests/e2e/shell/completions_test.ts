import { assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path/posix";
import { BINARY } from "../support/binary.ts";
import { command, output } from "../support/command.ts";
import { e2e, firstOf, needsProgram } from "../support/e2e.ts";
import { Sandbox } from "../support/sandbox.ts";
import { SEARCH_PATH } from "../support/python.ts";

const DRIVERS = fromFileUrl(new URL(".", import.meta.url));
const LIBRARY = "/usr/share/bash-completion/bash_completion";

/** A line up to the cursor, and the words that it can become; of a longer list, one that is in it. */
const TABLE: readonly (readonly [line: string, found: readonly string[] | RegExp])[] = [
  ["edgeboot ru", ["run"]],
  ["edgeboot cache ", ["gc", "list", "path"]],
  ["edgeboot run --log-l", ["--log-level"]],
  ["edgeboot run --log ", ["json", "text"]],
  ["edgeboot run --log=j", ["--log=json"]],
  ["edgeboot run --log=", ["--log=json", "--log=text"]],
  ["edgeboot help exit", ["exit-codes"]],
  ["edgeboot run we", ["web"]],
  ["edgeboot run --offline w", ["web", "worker"]],
  ["edgeboot run web@st", ["web@stable"]],
  ["edgeboot run --config se", ["settings.toml"]],
  ["edgeboot run --config=se", ["--config=settings.toml"]],
  ["edgeboot run --cache ", ["directory"]],
  ["edgeboot exec web edgeboo", ["edgeboot"]],
  ["edgeboot run web se", ["settings.toml"]],
  ["edgeboot xyz ", []],
  ["edgeboot ", /^fetch$/m],
];

/** How one shell completes a line: whole words, sorted. */
type Shell = (line: string, sandbox: Sandbox, env: Record<string, string>) => Promise<string[]>;

/** An app in the cache, one in the registry only, and files to choose from. */
async function furnished(): Promise<{ sandbox: Sandbox; env: Record<string, string> }> {
  const sandbox = await Sandbox.create();
  for (const app of ["web", "worker"]) await sandbox.publish(app, { "app.py": "" });
  await output(BINARY, ["fetch", "web"], { env: sandbox.environment(), clearEnv: true });
  // What is cached is known also where the registry is gone.
  await Deno.remove(`${sandbox.registry}/apps/web`, { recursive: true });
  await sandbox.write("here", { "settings.toml": "", "directory/file": "" });
  await Deno.mkdir(sandbox.path("bin"));
  await Deno.symlink(BINARY, sandbox.path("bin/edgeboot"));
  const env = { ...sandbox.environment(), PATH: `${sandbox.path("bin")}:${SEARCH_PATH}` };
  return { sandbox, env: { ...env, TERM: "dumb", LC_ALL: "C.UTF-8" } };
}

function tellsRight(name: string, missing: string | undefined, complete: Shell): void {
  e2e(`edgeboot completions work in ${name}`, missing, async (t) => {
    const { sandbox, env } = await furnished();
    await using _ = sandbox;
    for (const [line, wanted] of TABLE) {
      await t.step(line, async () => {
        const found = await complete(line, sandbox, env);
        if (wanted instanceof RegExp) assertMatch(found.join("\n"), wanted);
        else assertEquals(found, wanted);
      });
    }
  });
}

function sorted(text: string): string[] {
  return [...new Set(text.split("\n").filter((line) => line !== ""))].sort();
}

async function scriptOf(
  shell: string,
  sandbox: Sandbox,
  env: Record<string, string>,
  name: string,
) {
  const text = await output(BINARY, ["completions", shell], { env, clearEnv: true });
  await sandbox.write(`completions-${shell}`, { [name]: text });
  return sandbox.path(`completions-${shell}`);
}

const bash = (library: string): Shell => async (line, sandbox, env) => {
  const script = `${await scriptOf("bash", sandbox, env, "edgeboot")}/edgeboot`;
  const args = ["--norc", `${DRIVERS}bash_driver.sh`, script, library, line];
  const ended = await command("bash", args, {
    ...{ env, clearEnv: true, cwd: sandbox.path("here") },
  });
  assertEquals([ended.code, ended.stderr], [0, ""]);
  // Readline keeps what is before the last break, and puts the reply behind it.
  const kept = /(?:^|[ ])([^ ]*[=:@])[^ =:@]*$/.exec(line)?.[1] ?? "";
  return sorted(ended.stdout).map((reply) => kept + reply);
};

const zsh: Shell = async (line, sandbox, env) => {
  const directory = await scriptOf("zsh", sandbox, env, "_edgeboot");
  const scratch = sandbox.path("tmp", crypto.randomUUID());
  const args = ["-f", `${DRIVERS}zsh_driver.zsh`, directory, scratch, line];
  const ended = await command("zsh", args, {
    ...{ env, clearEnv: true, cwd: sandbox.path("here") },
  });
  assertEquals([ended.code, ended.stderr], [0, ""]);
  // What is before a file's name is a prefix of its own.
  const prefix = /(?:^| )(--config=)[^ ]*$/.exec(line)?.[1] ?? "";
  return sorted(ended.stdout).map((found) => prefix + found);
};

const fish: Shell = async (line, sandbox, env) => {
  const script = `${await scriptOf("fish", sandbox, env, "edgeboot.fish")}/edgeboot.fish`;
  const ask = `source ${script}; complete -C'${line}'`;
  const ended = await command("fish", ["--no-config", "-c", ask], {
    ...{ env, clearEnv: true, cwd: sandbox.path("here") },
  });
  assertEquals([ended.code, ended.stderr], [0, ""]);
  // Without descriptions, and without the slash that marks a directory.
  return sorted(ended.stdout.replace(/\t.*$/gm, "").replace(/\/$/gm, ""));
};

const needsBash = await needsProgram("bash", "--version");
tellsRight("bash alone", needsBash, bash("/dev/null"));
tellsRight(
  "bash with bash-completion",
  firstOf(needsBash, await needsProgram("test", "-e", LIBRARY) && "bash-completion is missing"),
  bash(LIBRARY),
);
tellsRight("zsh", await needsProgram("zsh", "-f", "-c", "zmodload zsh/zpty"), zsh);
tellsRight("fish", await needsProgram("fish", "--no-config", "-c", "true"), fish);

Deno.test("edgeboot completions candidates says nothing, and ends with 0, when settings are broken", async () => {
  await using sandbox = await Sandbox.create();
  const env = { EDGEBOOT_REFRESH: "often", EDGEBOOT_CONFIG: "/nowhere" };
  const args = ["completions", "candidates", "--", "run", ""];
  const { code, stdout, stderr } = await sandbox.edgeboot(args, { env });
  assertEquals([code, stdout, stderr], [0, "", ""]);
});
