import { findPip, type Python } from "../demo/python.ts";
import { mustRun, run } from "../demo/run.ts";
import type { Ground } from "./ground.ts";

/** Pure Python and one native extension: some hundred files of many sizes. */
const WHEELS = ["flask==3.1.1", "httpx==0.28.1"];
const APP = "damaged";
const COPIES = 20;

interface Change {
  readonly name: string;
  /** What `verify` must say about `path`, as `what path`. */
  expected(path: string): string;
  act(path: string, full: string): Promise<void>;
}

const CHANGES: readonly Change[] = [
  { name: "a bit flipped", expected: (path) => `content ${path}`, act: (_, full) => flipBit(full) },
  {
    name: "a file added",
    expected: (path) => `extra ${path}.added`,
    act: (_, full) => inside(full, () => Deno.writeTextFile(`${full}.added`, "")),
  },
  {
    name: "a file removed",
    expected: (path) => `missing ${path}`,
    act: (_, full) => inside(full, () => Deno.remove(full)),
  },
  {
    name: "a file's mode changed",
    expected: (path) => `mode ${path}`,
    act: (_, full) => Deno.chmod(full, 0o644),
  },
  {
    name: "a file replaced by a link to its equal",
    expected: (path) => `type ${path}`,
    act: (_, full) =>
      inside(full, async () => {
        const equal = await Deno.makeTempFile({ prefix: "edgeboot-equal-" });
        await Deno.copyFile(full, equal);
        await Deno.remove(full);
        await Deno.symlink(equal, full);
      }),
  },
  {
    name: "a link pointed elsewhere",
    expected: () => "link pkg-link",
    act: (path, full) => {
      const root = full.slice(0, -path.length - 1);
      return inside(`${root}/pkg-link`, async () => {
        await Deno.remove(`${root}/pkg-link`);
        await Deno.symlink(path, `${root}/pkg-link`);
      });
    },
  },
  {
    name: "a directory's mode changed",
    expected: (path) => `mode ${path.includes("/") ? parent(path) : "."}`,
    act: (_, full) => Deno.chmod(parent(full), 0o777),
  },
  {
    name: "a file cut by a byte",
    expected: (path) => `content ${path}`,
    act: async (_, full) => await Deno.truncate(full, (await Deno.stat(full)).size - 1),
  },
];

export interface DamageOutcome {
  readonly files: number;
  /** by change: how many were tried, and how many were found, named, moved and fetched anew */
  readonly results: ReadonlyMap<string, { readonly tried: number; readonly found: number }>;
  readonly faults: readonly string[];
}

/**
 * Every file of a tree of real wheels, damaged once in each of two ways: a bit flipped, and one of the other
 * changes in turn. The tree is there twenty times, as layers of one release, and each copy is damaged in one
 * place at a time, so that one `verify` looks at twenty damages and one `fetch` repairs them.
 */
export async function stressVerify(ground: Ground, python: Python): Promise<DamageOutcome> {
  const { layers, files } = await publish(ground, python);
  const trials = files.flatMap((path, n) => [
    { path, change: CHANGES[0]! },
    { path, change: CHANGES[1 + n % (CHANGES.length - 1)]! },
  ]);
  const results = new Map(CHANGES.map(({ name }) => [name, { tried: 0, found: 0 }]));
  const faults: string[] = [];
  const call = (...args: string[]) =>
    run([ground.edgeboot, ...args], { env: ground.environment(), clearEnv: true });
  await fetchAll(call);
  for (let at = 0; at < trials.length; at += COPIES) {
    const batch = trials.slice(at, at + COPIES);
    const tree = (index: number) => `${ground.cache}/v1/trees/sha256/${layers[index]}`;
    for (const [index, { path, change }] of batch.entries()) {
      await change.act(path, `${tree(index)}/${path}`);
    }
    const verified = await call("verify", "--json", "--all");
    const checked: CheckedTree[] = JSON.parse(verified.stdout).checked;
    const isAnew = await fetchAll(call);
    for (const [index, { path, change }] of batch.entries()) {
      const found = checked.find(({ digest }) => digest === `sha256:${layers[index]}`);
      const said = found?.damage.map((damage) => `${damage.what} ${damage.path}`).join(", ");
      const isFound = verified.code === 65 && said === change.expected(path) &&
        found?.quarantine?.moved !== undefined && isAnew;
      const result = results.get(change.name)!;
      result.tried++;
      if (isFound) result.found++;
      else faults.push(`${change.name}, ${path}: ${found?.state} ${said}`);
    }
    const damaged = checked.filter(({ state }) => state === "damaged").length;
    if (damaged !== batch.length) faults.push(`${damaged} of ${batch.length} named`);
    await Deno.remove(`${ground.cache}/v1/quarantine`, { recursive: true });
    console.error(
      `${Math.min(at + COPIES, trials.length)} of ${trials.length}, ${faults.length} faults`,
    );
  }
  return { files: files.length, results, faults };
}

interface CheckedTree {
  readonly digest: string;
  readonly state: string;
  readonly damage: readonly { readonly what: string; readonly path: string }[];
  readonly quarantine?: { readonly moved?: string };
}

type Call = (...args: string[]) => ReturnType<typeof run>;

/** Whether everything is there and sound afterwards. */
async function fetchAll(call: Call): Promise<boolean> {
  const { code, stderr } = await call("fetch", APP);
  if (code !== 0) throw new Error(stderr);
  return (await call("verify", "--all")).code === 0;
}

async function publish(ground: Ground, python: Python) {
  const source = `${ground.work}/source/wheels`;
  const pip = await findPip(python, ground.work);
  if (pip === undefined) throw new Error("there is no pip");
  const [program, ...rest] = [...pip, "install", "--quiet", "--no-compile", "--target", source];
  await mustRun([program!, ...rest, ...WHEELS]);
  await Deno.symlink("flask", `${source}/pkg-link`);
  const files = (await mustRun(["find", source, "-type", "f", "-size", "+0", "-printf", "%P\n"]))
    .trim().split("\n").sort();
  const layers: string[] = [];
  for (let n = 0; n < COPIES; n++) {
    await Deno.writeTextFile(`${source}/copy.txt`, String(n));
    layers.push(await ground.layer("wheels", {}));
  }
  await ground.release(APP, layers);
  return { layers, files };
}

async function flipBit(path: string): Promise<void> {
  const { mode } = await Deno.stat(path);
  const bytes = await Deno.readFile(path);
  bytes[Math.floor(Math.random() * bytes.length)]! ^= 1 << Math.floor(Math.random() * 8);
  await Deno.chmod(path, 0o644);
  await Deno.writeFile(path, bytes);
  await Deno.chmod(path, mode! & 0o7777);
}

/** A change in a directory that is closed: its mode is as it was afterwards. */
async function inside(path: string, act: () => Promise<void>): Promise<void> {
  const { mode } = await Deno.stat(parent(path));
  await Deno.chmod(parent(path), 0o755);
  await act();
  await Deno.chmod(parent(path), mode! & 0o7777);
}

function parent(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
