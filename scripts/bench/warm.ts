import { serveRegistry } from "../demo/static_server.ts";
import { APP, type WarmFixture, writeWarmFixture } from "./fixture.ts";
import { type Candidate, measure, type Measured } from "./measure.ts";
import { compileEmptyProgram, freshCopy } from "./programs.ts";
import { countCalls, measureCode } from "./load.ts";
import { median, quartiles } from "./statistics.ts";
import { renderTable } from "./table.ts";

const EMPTY = "empty program of deno compile";
const BARE = "environment's python3 -S -c pass";
const SITE = "environment's python3 -c pass";
const SCRIPT = "environment's python3 -s nothing.py";

/** A way through edgeboot, and the plain start that it ends in. */
interface Path {
  readonly candidate: Candidate;
  readonly baseline: string;
}

/** What edgeboot adds to a start when everything is in the cache. */
export async function benchWarm(
  edgeboot: string,
  python: string,
  work: string,
  rounds: number,
  root: string,
): Promise<void> {
  const fixture = await writeWarmFixture(work);
  const server = serveRegistry(fixture.registry);
  try {
    const empty = await freshCopy(await compileEmptyProgram(work), work);
    const binary = await freshCopy(edgeboot, work);
    const paths = waysThroughEdgeboot(binary, python, fixture, server.origin, work);
    const programs = `${await composeEnvironment(paths[0]!.candidate)}/bin`;
    const own = `${programs}/python3`;
    const plain = [
      { name: EMPTY, argv: [empty] },
      { name: BARE, argv: [own, "-S", "-c", "pass"] },
      { name: SITE, argv: [own, "-c", "pass"] },
      { name: SCRIPT, argv: [own, "-s", fixture.script] },
    ];
    const candidates = [...plain, ...paths.map(({ candidate }) => candidate)];
    const results = await measure(python, candidates, { rounds, warmups: 3 });
    console.log(`\nWarm start, ${rounds} runs each, milliseconds\n`);
    console.log(render(plain.map(({ name }) => name), paths, results));
    console.log(LEGEND);
    console.log(await describeLoad(root, paths.slice(3, 5), programs));
  } finally {
    await server.stop();
  }
}

/**
 * The app's environment: a virtual one starts slower than the interpreter that it was made of, with
 * edgeboot and without.
 * @returns its directory
 */
async function composeEnvironment({ argv, env = {} }: Candidate): Promise<string> {
  const { success, stdout } = await new Deno.Command(argv[0]!, {
    args: ["env", APP],
    ...{ env, stdout: "piped", stderr: "inherit" },
  }).output();
  if (!success) throw new Error("the app's environment cannot be made; why is above");
  return new TextDecoder().decode(stdout).trim();
}

/** What no other load of the machine changes. */
async function describeLoad(
  root: string,
  paths: readonly Path[],
  programs: string,
): Promise<string> {
  const { codeBytes, files } = await measureCode(root);
  const calls = await Promise.all(paths.map(async ({ candidate: { name, argv, env = {} } }) => {
    const count = await countCalls(argv, env, programs);
    return `${name}: ${count ?? "no strace to count the"} system calls until Python`;
  }));
  return [`code of a planned start: ${codeBytes} bytes (of ${files} files)`, ...calls].join("\n");
}

function waysThroughEdgeboot(
  binary: string,
  python: string,
  { registry, digest }: WarmFixture,
  origin: string,
  work: string,
): Path[] {
  const env = {
    EDGEBOOT_CACHE: `${work}/warm-cache`,
    EDGEBOOT_PYTHON: python,
    EDGEBOOT_REGISTRY: registry,
    EDGEBOOT_LOG_LEVEL: "warn",
    NO_PROXY: "127.0.0.1",
  };
  const http = { ...env, EDGEBOOT_REGISTRY: origin };
  const bare = ["--", "python3", "-S", "-c", "pass"];
  const way = (name: string, args: string[], baseline: string, environment = env): Path => ({
    candidate: { name, argv: [binary, ...args], env: environment },
    baseline,
  });
  return [
    way("exec, digest", ["exec", `${APP}@sha256:${digest}`, ...bare], BARE),
    way("exec, channel in a directory", ["exec", APP, ...bare], BARE),
    way("exec, channel over HTTP (304)", ["exec", APP, ...bare], BARE, http),
    way("run, digest", ["run", `${APP}@sha256:${digest}`], SCRIPT),
    way("run, channel in a directory", ["run", APP], SCRIPT),
    way("run, channel over HTTP (304)", ["run", APP], SCRIPT, http),
  ];
}

function render(
  plain: readonly string[],
  paths: readonly Path[],
  results: ReadonlyMap<string, Measured>,
): string {
  const empty = results.get(EMPTY)!;
  const plainRows = plain.map((name) => [name, ...times(results.get(name)!)]);
  const pathRows = paths.map(({ candidate, baseline }) => {
    const own = results.get(candidate.name)!;
    const base = results.get(baseline)!;
    const added = median(own.ms) - median(base.ms);
    const leastAdded = Math.min(...own.ms) - Math.min(...base.ms);
    const addedCpu = quarter(own.cpu) - quarter(base.cpu);
    const share = (all: number, of: number) => `${((all - of) / of).toFixed(2)}`;
    return [
      candidate.name,
      ...times(own),
      fixed(added),
      signed(added - median(empty.ms)),
      share(added, median(empty.ms)),
      share(leastAdded, Math.min(...empty.ms)),
      share(addedCpu, quarter(empty.cpu)),
    ];
  });
  const header = ["", "median", "least", "added", "above", "share", "(least)", "(CPU)"];
  return renderTable(header, [...plainRows, ...pathRows]);
}

function quarter(values: readonly number[]): number {
  return quartiles(values)[0];
}

function times({ ms }: Pick<Measured, "ms">): [string, string] {
  return [fixed(median(ms)), fixed(Math.min(...ms))];
}

function fixed(ms: number): string {
  return ms.toFixed(1);
}

function signed(ms: number): string {
  return (ms < 0 ? "" : "+") + ms.toFixed(1);
}

const LEGEND = `
added        median minus that of the same start in the same virtual environment without edgeboot
             (exec: python3 -S -c pass; run: python3 -s nothing.py)
above        added minus the median of an empty program with the same base runtime
             and permissions: what edgeboot's own code costs
share        above as a part of that empty program: at most 0.2 by digest and from a
             directory, 1.0 over HTTP
(least)      the same from the fastest run of each: steadier on a busy machine
(CPU)        the same from the processor's time, the lower quartile of each: steadier still
All binaries were copied freshly; the page cache is hot; runs are interleaved.`;
