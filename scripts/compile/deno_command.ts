/** One version for development, tests and compile; the pinned base runtime is of this version too. */
export const DENO_VERSION = "2.9.4";

/** Runs the Deno that runs this script, showing its output. @throws {Error} when it fails. */
export async function runDeno(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  // The base is chosen by the caller: one that is for another machine must not be inherited.
  const { DENORT_BIN: _, ...inherited } = Deno.env.toObject();
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    clearEnv: true,
    env: { ...inherited, ...env, DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
  });
  const { success, code } = await command.spawn().status;
  if (!success) throw new Error(`deno ${args[0]}: exit code ${code}; its output is above`);
}

/** @throws {Error} when this is another Deno: its base runtime and bundler would differ. */
export function requirePinnedDeno(): void {
  if (Deno.version.deno === DENO_VERSION) return;
  throw new Error(
    `compile: this is Deno ${Deno.version.deno}, the build is pinned to ${DENO_VERSION}. ` +
      `Run: npx --yes deno@${DENO_VERSION} task compile`,
  );
}

/** Where Deno keeps its downloads: DENO_DIR or the user's cache. */
export async function denoDir(): Promise<string> {
  const run = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const info: { denoDir: string } = JSON.parse(new TextDecoder().decode(run.stdout));
  return info.denoDir;
}
