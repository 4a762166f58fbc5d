export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Record<string, string>;
  readonly clearEnv?: boolean;
  readonly cwd?: string;
}

/** Runs a program to its end. @throws {Deno.errors.NotFound} where there is no such program */
export async function run(
  args: readonly [string, ...string[]],
  options: RunOptions = {},
): Promise<Ran> {
  const [program, ...rest] = args;
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: rest,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    ...options,
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** As {@link run}, with a failure as an error that shows what the program said. */
export async function mustRun(
  args: readonly [string, ...string[]],
  options: RunOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await run(args, options);
  if (code === 0) return stdout;
  throw new Error(`${args.join(" ")}: exit code ${code}\n${stderr || stdout}`);
}
