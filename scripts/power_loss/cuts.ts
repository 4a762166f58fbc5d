import { run } from "../demo/run.ts";
import { checkCache, checkTree, type Environments, wholeEnvironments } from "./check.ts";
import type { Disk, FileSystemName, Yard } from "./disks.ts";
import { APP, type Fixture } from "./fixture.ts";

export interface Machine {
  readonly edgeboot: string;
  /** PATH of a start: where Python is */
  readonly path: string;
  readonly fixture: Fixture;
  readonly yard: Yard;
}

/** What N cuts came to. */
export interface Outcome {
  readonly cuts: number;
  /** Cuts after which at least one tree was visible. */
  readonly visible: number;
  /** Cuts that left work or downloads behind. */
  readonly withLeftovers: number;
  /** Lines that say what was wrong; empty is what is promised. */
  readonly faults: readonly string[];
  /** Cuts with a fault. */
  readonly faulty: number;
}

const PER_RUN = 20;

export interface CutOptions {
  readonly onCut?: (done: number) => void;
  /** Cut when the work has just ended, beside a neighbour, in place of somewhere on the way. */
  readonly afterTheEnd?: boolean;
}

interface Subject {
  /** Begins the work on the mounted disk. */
  start(mountPoint: string): Deno.ChildProcess;
  /** What is wrong on the disk of a copy, which is mounted. */
  check(mountPoint: string, cut: Cut): Promise<Checked>;
}

export interface Cut {
  readonly disk: Disk;
  /** The work had ended, without an error, before the copy was made. */
  readonly isAfter: boolean;
}

interface Checked {
  readonly faults: readonly string[];
  readonly trees: number;
  readonly leftovers: number;
}

/**
 * Cuts the power `count` times while a subject works on an empty disk, spread over the time that it takes
 * and a little beyond; every other run beside a neighbour who syncs small writes of his own.
 */
export async function cutPower(
  kind: FileSystemName,
  count: number,
  subject: Subject,
  { yard }: Machine,
  { onCut, afterTheEnd = false }: CutOptions = {},
): Promise<Outcome> {
  const faults: string[] = [];
  const sum = { cuts: 0, visible: 0, withLeftovers: 0, faulty: 0 };
  let took = await timeOf(kind, subject, yard);
  for (let round = 0; sum.cuts < count; round++) {
    const many = Math.min(PER_RUN, count - sum.cuts);
    const besideNeighbour = afterTheEnd || round % 2 === 1;
    const until = afterTheEnd ? undefined : took;
    const { cuts, ms } = await oneRun(kind, many, until, besideNeighbour, subject, yard);
    took = ms;
    for (const cut of cuts) {
      const found = await look(cut, subject);
      sum.cuts++;
      if (found.trees > 0) sum.visible++;
      if (found.leftovers > 0) sum.withLeftovers++;
      if (found.faults.length > 0) sum.faulty++;
      const more = found.faults.length > 3 ? [`… and ${found.faults.length - 3} more`] : [];
      faults.push(...found.faults.slice(0, 3), ...more);
      onCut?.(sum.cuts);
    }
  }
  return { ...sum, faults };
}

/** Without cuts: how long the work takes here, milliseconds. */
async function timeOf(kind: FileSystemName, subject: Subject, yard: Yard): Promise<number> {
  const disk = await yard.makeDisk(kind);
  const began = performance.now();
  const mountPoint = await disk.mount();
  try {
    const { code } = await subject.start(mountPoint).status;
    if (code !== 0) throw new Error(`the work on ${kind} ended with ${code}`);
    return performance.now() - began;
  } finally {
    await disk.unmount();
    await disk.remove();
  }
}

async function oneRun(
  kind: FileSystemName,
  count: number,
  took: number | undefined,
  besideNeighbour: boolean,
  subject: Subject,
  yard: Yard,
): Promise<{ cuts: Cut[]; ms: number }> {
  const disk = await yard.makeDisk(kind);
  const mountPoint = await disk.mount();
  const neighbour = besideNeighbour ? await startNeighbour(mountPoint, kind) : undefined;
  const cuts: Cut[] = [];
  try {
    const began = performance.now();
    const child = subject.start(mountPoint);
    let ms: number | undefined;
    const ended = child.status.then(({ code }) => {
      if (code !== 0) throw new Error(`the work on ${kind} ended with ${code}`);
      ms = performance.now() - began;
    });
    if (took === undefined) {
      await ended;
      // Until the neighbour has synced once more.
      await sleep(300);
    }
    // Not at equal distances: a run's pauses would meet the same step each time.
    const times = Array.from({ length: count }, () => Math.random() * (took ?? 0) * 1.15);
    for (const at of times.toSorted((a, b) => a - b)) {
      await sleep(at - (performance.now() - began));
      const isAfter = ms !== undefined;
      cuts.push({ disk: await disk.copy(), isAfter });
    }
    await ended;
    return { cuts, ms: ms! };
  } finally {
    neighbour?.kill("SIGKILL");
    await neighbour?.status;
    await disk.unmount();
    await disk.remove();
  }
}

async function look(cut: Cut, subject: Subject): Promise<Checked> {
  const { disk } = cut;
  try {
    const mountPoint = await disk.mount();
    try {
      return await subject.check(mountPoint, cut);
    } finally {
      await disk.unmount();
    }
  } catch (error) {
    return { faults: [`${disk.kind}: ${(error as Error).message}`], trees: 0, leftovers: 0 };
  } finally {
    await disk.remove();
  }
}

const NEIGHBOUR = new URL("./neighbour.py", import.meta.url).pathname;

async function startNeighbour(directory: string, kind: string): Promise<Deno.ChildProcess> {
  const child = new Deno.Command("python3", {
    args: ["-I", NEIGHBOUR, directory, kind],
    ...{ stdin: "null", stdout: "piped", stderr: "null" },
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  return child;
}

/**
 * A cold fetch, which compiles, and a first start, in which Python leaves more bytecode; afterwards the promise is
 * checked, and that a start needs nobody's help.
 */
export async function edgebootSubject(
  { edgeboot, path, fixture, yard }: Machine,
): Promise<Subject> {
  const env = (mountPoint: string) => ({
    ...{ PATH: path, HOME: "/nonexistent", TMPDIR: mountPoint },
    ...{ EDGEBOOT_REGISTRY: fixture.registry, EDGEBOOT_CACHE: `${mountPoint}/cache` },
  });
  const call = (mountPoint: string, ...args: string[]) =>
    run([edgeboot, ...args], { env: env(mountPoint), clearEnv: true });
  const environments = await undisturbed(`${yard.root}/undisturbed`, call);
  return {
    start: (mountPoint) =>
      new Deno.Command("/bin/sh", {
        args: ["-c", `"$0" fetch ${APP} && "$0" run ${APP}`, edgeboot],
        ...{ env: env(mountPoint), clearEnv: true },
        ...{ stdin: "null", stdout: "null", stderr: "inherit" },
      }).spawn(),
    async check(mountPoint, { isAfter }) {
      const cache = `${mountPoint}/cache`;
      const found = await checkCache(cache, fixture, environments);
      const faults = [...found.faults];
      if (isAfter && found.trees < fixture.trees.size) {
        faults.push(
          `edgeboot had ended, and ${found.trees} of ${fixture.trees.size} trees are there`,
        );
      }
      const next = await call(mountPoint, "run", APP);
      if (next.code !== 0 || next.stdout !== fixture.answer) {
        faults.push(`the next start: ${next.code} ${next.stdout}${next.stderr}`);
      }
      const after = await checkCache(cache, fixture, environments);
      faults.push(...after.faults.map((fault) => `after the next start: ${fault}`));
      const verified = await call(mountPoint, "verify", "--all");
      if (verified.code !== 0) faults.push(`verify: ${verified.code} ${verified.stderr}`);
      return { faults, trees: found.trees, leftovers: found.leftovers };
    },
  };
}

async function undisturbed(
  directory: string,
  call: (mountPoint: string, ...args: string[]) => ReturnType<typeof run>,
): Promise<Environments> {
  await Deno.mkdir(directory);
  const { code, stderr } = await call(directory, "fetch", APP);
  if (code !== 0) throw new Error(stderr);
  return await wholeEnvironments(`${directory}/cache`);
}

/** What a script without a sync does: unpack aside, rename. The checker must find it out. */
export function controlSubject({ fixture }: Machine): Subject {
  const { path, sha256 } = fixture.zip;
  return {
    start: (mountPoint) =>
      new Deno.Command("sh", {
        args: ["-c", 'unzip -q "$0" -d "$1/aside" && mv "$1/aside" "$1/tree"', path, mountPoint],
        ...{ stdin: "null", stdout: "null", stderr: "inherit" },
      }).spawn(),
    async check(mountPoint) {
      const tree = `${mountPoint}/tree`;
      const isThere = await Deno.stat(tree).then(() => true, () => false);
      const faults = isThere ? await checkTree(tree, sha256, fixture) : [];
      return { faults, trees: isThere ? 1 : 0, leftovers: 0 };
    },
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, Math.max(0, ms)));
}
