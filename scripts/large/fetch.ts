import { BINARY } from "../../tests/e2e/support/binary.ts";
import { output } from "../../tests/e2e/support/command.ts";
import { PYTHON, SEARCH_PATH } from "../../tests/e2e/support/python.ts";

const MEASURE = new URL("../../tests/e2e/archives/measure.py", import.meta.url).pathname;

export interface Fetched {
  readonly exit: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Most memory that was resident at a time (VmHWM), bytes. */
  readonly peakBytes: number;
  readonly stderr: string;
}

/** Runs `edgeboot ARGS` with a cache and a home below `work`, and says what it took. */
export async function measured(work: string, args: readonly string[]): Promise<Fetched> {
  const said = await output(PYTHON.path, ["-I", MEASURE, BINARY, ...args], {
    clearEnv: true,
    env: environment(work),
  });
  return JSON.parse(said);
}

export function environment(work: string): Record<string, string> {
  return {
    ...{ PATH: SEARCH_PATH, HOME: work, TMPDIR: work },
    ...{ EDGEBOOT_CACHE: `${work}/cache`, EDGEBOOT_REGISTRY: `${work}/registry` },
    EDGEBOOT_PYTHON: PYTHON.path,
  };
}

export async function digestOf(path: string): Promise<string> {
  return (await output("sha256sum", [path])).split(" ")[0]!;
}

export function figures({ exit, seconds, cpuSeconds, peakBytes }: Fetched): string {
  const mebibytes = Math.round(peakBytes / 2 ** 20);
  return `exit ${exit}, ${seconds.toFixed(1)} s (processor ${cpuSeconds.toFixed(1)} s), ` +
    `${mebibytes} MiB of memory at most`;
}
