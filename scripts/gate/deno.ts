/** Deno as a child in a process group of its own, so that nothing it started outlives it. */

export const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

export interface Ran {
  readonly success: boolean;
  /** It was ended after `limit` seconds. */
  readonly hung: boolean;
  /** Both streams in the order in which they were read; empty where they were inherited. */
  readonly output: string;
  readonly seconds: number;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Seconds; for ever where it is not said. */
  readonly limit?: number;
  /** What it writes is returned in place of being shown. */
  readonly captured?: boolean;
  /** The project's root where it is not said. */
  readonly cwd?: string;
}

export async function runDeno(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const began = performance.now();
  const stream = options.captured ? "piped" : "inherit";
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: options.cwd ?? ROOT,
    env: { DENO_NO_UPDATE_CHECK: "1", ...options.env },
    ...{ stdin: "null", stdout: stream, stderr: stream } as const,
    // Only what has a limit is ended from here; Ctrl-C reaches all others by itself.
    detached: options.limit !== undefined,
  }).spawn();
  const stop = options.limit === undefined ? undefined : endAtOurEnd(child.pid);
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    endGroup(child.pid);
  }, (options.limit ?? 0) * 1000);
  if (options.limit === undefined) clearTimeout(timer);
  const pieces: string[] = [];
  const read = options.captured
    ? [collect(child.stdout, pieces), collect(child.stderr, pieces)]
    : [];
  const { success } = await child.status;
  clearTimeout(timer);
  // What a test has left behind may hold the pipes open.
  if (options.limit !== undefined) endGroup(child.pid);
  await Promise.all(read);
  stop?.();
  const seconds = (performance.now() - began) / 1000;
  return { success: success && !hung, hung, output: pieces.join(""), seconds };
}

async function collect(stream: ReadableStream<Uint8Array>, pieces: string[]): Promise<void> {
  for await (const piece of stream.pipeThrough(new TextDecoderStream())) pieces.push(piece);
}

const groups = new Set<number>();

function endAllAndExit(): void {
  groups.forEach(endGroup);
  Deno.exit(130);
}

/** Ends this group, too, when this process is asked to end; returns what takes that back. */
function endAtOurEnd(pid: number): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  if (groups.size === 0) signals.forEach((name) => Deno.addSignalListener(name, endAllAndExit));
  groups.add(pid);
  return () => {
    groups.delete(pid);
    if (groups.size > 0) return;
    signals.forEach((name) => Deno.removeSignalListener(name, endAllAndExit));
  };
}

function endGroup(pid: number): void {
  try {
    Deno.kill(-pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
