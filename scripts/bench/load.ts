import { bundle, ENTRY } from "../compile/bundle.ts";
import { readStamp } from "../compile/stamp.ts";

/** What a start loads and asks of the kernel, which no other load of the machine changes. */
export interface Load {
  /** bytes of code that a planned start reads: the entry of the bundle */
  readonly codeBytes: number;
  /** files of code, each with what it imports */
  readonly files: number;
}

/** @param root of the project; its sources are what is measured, not a binary */
export async function measureCode(root: string): Promise<Load> {
  const work = await Deno.makeTempDir({ prefix: "edgeboot-bench-code-" });
  try {
    const { chunks } = await bundle(root, `${work}/edgeboot`, await readStamp(root));
    const { size } = await Deno.stat(`${work}/edgeboot/${ENTRY}`);
    return { codeBytes: size, files: chunks.length + 1 };
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/**
 * System calls of the process and its threads until it executes a program of `directory`; undefined where there is no strace.
 * @param env in place of the inherited environment
 */
export async function countCalls(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  directory: string,
): Promise<number | undefined> {
  const log = await Deno.makeTempFile({ prefix: "edgeboot-bench-calls-" });
  try {
    const { success } = await new Deno.Command("strace", {
      args: ["-f", "-qq", "-o", log, ...argv],
      ...{ env, stdout: "null", stderr: "null" },
    }).output();
    if (!success) return undefined;
    const lines = (await Deno.readTextFile(log)).split("\n");
    const exec = lines.findIndex((line, index) =>
      index > 0 && line.includes(`execve("${directory}/`)
    );
    return exec < 0 ? lines.length - 1 : exec;
  } catch {
    return undefined;
  } finally {
    await Deno.remove(log);
  }
}
