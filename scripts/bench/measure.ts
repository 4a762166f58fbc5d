export interface Candidate {
  readonly name: string;
  /** The first is an absolute path. */
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A directory in which each run gets an empty one of its own, for `{fresh}` in argv and env. */
  readonly fresh?: string;
  /** Leaves those directories to the caller. */
  readonly keep?: boolean;
}

export interface Measured {
  /** wall time of each run, milliseconds */
  readonly ms: readonly number[];
  /** user and system time of each run, milliseconds: what others do to the machine changes it less */
  readonly cpu: readonly number[];
  /** peak resident memory of each run, bytes */
  readonly rss: readonly number[];
}

const MEASURE = new URL("./measure.py", import.meta.url).pathname;

/** Runs the candidates in turn, `rounds` times. @throws {Error} when one of them fails */
export async function measure(
  python: string,
  candidates: readonly Candidate[],
  { rounds, warmups }: { rounds: number; warmups: number },
): Promise<ReadonlyMap<string, Measured>> {
  const child = new Deno.Command(python, {
    args: ["-I", MEASURE],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  const spec = JSON.stringify({ rounds, warmups, commands: candidates });
  await writer.write(new TextEncoder().encode(spec));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("a candidate failed; its output is above");
  return new Map(Object.entries(JSON.parse(new TextDecoder().decode(stdout))));
}
