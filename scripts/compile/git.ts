/** Trimmed stdout, or undefined when git is missing or says no. */
export async function git(cwd: string, ...args: string[]): Promise<string | undefined> {
  try {
    const run = await new Deno.Command("git", { args, cwd, stderr: "null" }).output();
    return run.success ? new TextDecoder().decode(run.stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
