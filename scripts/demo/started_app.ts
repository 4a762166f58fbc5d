import { TextLineStream } from "./lines.ts";
import type { Narrator } from "./narrator.ts";
import { DemoFailed } from "./narrator.ts";

/** What the app answers; see app/greeter. */
export interface Answer {
  readonly greeting: string;
  readonly pid: number;
  readonly python: string;
  readonly version: string | null;
  readonly code: string;
  readonly native?: string;
}

export interface StartedApp {
  readonly pid: number;
  readonly answer: Answer;
  /** Milliseconds from the start of edgeboot: until it became Python, and until the first answer. */
  readonly untilExec: number;
  readonly untilAnswer: number;
  /** Sends SIGTERM and waits for the end. */
  terminate(): Promise<{ status: Deno.CommandStatus; ms: number }>;
}

const PATIENCE_MS = 60_000;

/** Starts `args`, shows what it writes and when, and asks the app until it answers. */
export async function startApp(
  args: readonly [string, ...string[]],
  env: Record<string, string>,
  url: string,
  narrator: Narrator,
): Promise<StartedApp> {
  const began = performance.now();
  const elapsed = () => performance.now() - began;
  const [program, ...rest] = args;
  const child = new Deno.Command(program, {
    args: rest,
    env,
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let ended: Deno.CommandStatus | undefined;
  child.status.then((status) => void (ended = status));

  let untilExec: number | undefined;
  const listening = (async () => {
    for await (const line of child.stderr.pipeThrough(new TextLineStream())) {
      const ms = elapsed();
      if (/^edgeboot: exec /.test(line)) untilExec = ms;
      narrator.heard(ms, line);
    }
  })();
  try {
    const answer = await firstAnswer(url, () => {
      if (ended !== undefined) throw new DemoFailed(`it ended with exit code ${ended.code}`);
      if (elapsed() > PATIENCE_MS) throw new DemoFailed(`no answer from ${url} within a minute`);
    });
    const untilAnswer = elapsed();
    if (untilExec === undefined) throw new DemoFailed("edgeboot -v did not say when it execs");
    const terminate = async () => {
      const asked = performance.now();
      child.kill("SIGTERM");
      const status = await child.status;
      await listening;
      return { status, ms: performance.now() - asked };
    };
    return { pid: child.pid, answer, untilExec, untilAnswer, terminate };
  } catch (error) {
    if (ended === undefined) child.kill("SIGKILL");
    await Promise.all([child.status, listening]);
    throw error;
  }
}

/** Asks every 5 ms; a refused connection only means that the app is not there yet. */
async function firstAnswer(url: string, stillWaiting: () => void): Promise<Answer> {
  for (;;) {
    stillWaiting();
    try {
      const response = await fetch(url);
      if (!response.ok) {
        throw new DemoFailed(`${url} answered ${response.status}: ${await response.text()}`);
      }
      return await response.json();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}
