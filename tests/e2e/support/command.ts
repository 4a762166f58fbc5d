/** How a program ended. */
export interface Ended {
  readonly code: number;
  readonly signal: Deno.Signal | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly pid: number;
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Start from nothing in place of this process's environment. */
  readonly clearEnv?: boolean;
  readonly cwd?: string;
  readonly stdin?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

/** Runs a program to its end. */
export async function command(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Ended> {
  const { stdin, ...rest } = options;
  const child = new Deno.Command(program, {
    ...rest,
    args: [...args],
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (stdin !== undefined) {
    const writer = child.stdin.getWriter();
    const bytes = typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin;
    // A program that ends before it has read everything is not the writer's problem.
    await writer.write(bytes).catch(() => {});
    await writer.close().catch(() => {});
  }
  const { code, signal, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, signal, stdout: text(stdout), stderr: text(stderr), pid: child.pid };
}

/** Runs a program that must succeed, and returns what it printed. */
export async function output(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const ended = await command(program, args, options);
  if (ended.code === 0) return ended.stdout;
  throw new Error(`${program} ${args.join(" ")} ended with ${ended.code}\n${ended.stderr}`);
}
