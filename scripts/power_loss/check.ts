import {
  checkBytecode,
  checkEnvironments,
  environmentsIn,
} from "../../tests/e2e/support/faults/environment_check.ts";
import type { Listing } from "../../tests/e2e/support/faults/listing.ts";
import { run } from "../demo/run.ts";
import { describe, type Fixture, sha256Of } from "./fixture.ts";

/** By name: what whole ones hold. */
export type Environments = ReadonlyMap<string, Listing>;

/** Those of a cache that nobody has disturbed. */
export async function wholeEnvironments(cache: string): Promise<Environments> {
  const found = await environmentsIn(cache);
  if (found.size === 0) throw new Error(`${cache} has no environment`);
  return found;
}

/** What a cut has left in a cache, looked at without edgeboot. */
export interface Finding {
  /** Trees that a start would see. */
  readonly trees: number;
  /** What must not be: a line for each. */
  readonly faults: readonly string[];
  /** Work directories, partial downloads, records without a tree: allowed, and the collector's. */
  readonly leftovers: number;
}

const V1 = "v1";

/** Compares every visible tree with its archive, file by file, and every document with its own digest. */
export async function checkCache(
  cache: string,
  fixture: Fixture,
  environments: Environments,
): Promise<Finding> {
  const faults: string[] = [];
  let trees = 0;
  for (const name of await names(`${cache}/${V1}/trees/sha256`)) {
    trees++;
    faults.push(...await checkTree(`${cache}/${V1}/trees/sha256/${name}`, name, fixture));
    faults.push(...await checkRecord(`${cache}/${V1}/records/sha256/${name}.jsonl`));
  }
  for (const name of await names(`${cache}/${V1}/releases/sha256`)) {
    const found = await sha256Of(`${cache}/${V1}/releases/sha256/${name}`);
    if (`${found}.json` !== name) faults.push(`release ${name} has sha256 ${found}`);
  }
  for (const path of await filesBelow(`${cache}/${V1}/refs`)) {
    const fault = await refFault(path, cache);
    if (fault !== undefined) faults.push(fault);
  }
  const looks = [() => checkEnvironments(cache, environments), () => checkBytecode(cache)];
  for (const look of looks) await look().catch((error) => faults.push(error.message));
  const leftovers = (await names(`${cache}/${V1}/work`)).length +
    (await names(`${cache}/${V1}/partials`)).length;
  return { trees, faults, leftovers };
}

/** What the tree at `path` has that the archive has not, and the other way round. */
export async function checkTree(
  path: string,
  sha256: string,
  { trees }: Fixture,
): Promise<string[]> {
  const expected = trees.get(sha256)?.entries;
  if (expected === undefined) return [`a tree ${sha256} that nobody published`];
  const found = await describe(path);
  const faults: string[] = [];
  for (const [name, what] of expected) {
    const there = found.get(name);
    if (there === undefined) faults.push(`${sha256.slice(0, 12)}/${name}: missing`);
    else if (there !== what) {
      const { size } = await Deno.lstat(`${path}/${name}`);
      faults.push(`${sha256.slice(0, 12)}/${name}: ${size} bytes, not the archive's`);
    }
  }
  for (const name of found.keys()) {
    if (!expected.has(name)) faults.push(`${sha256.slice(0, 12)}/${name}: not in the archive`);
  }
  return faults;
}

/** The record's last line is the SHA-256 of all lines before it. */
async function checkRecord(path: string): Promise<string[]> {
  const script = "import hashlib, json, sys\ndata = open(sys.argv[1], 'rb').read()\n" +
    "cut = data.rindex(b'\\n', 0, -1) + 1\n" +
    "assert json.loads(data[cut:])['sha256'] == hashlib.sha256(data[:cut]).hexdigest()\n";
  const { code, stderr } = await run(["python3", "-I", "-c", script, path]);
  return code === 0 ? [] : [`record ${path}: ${stderr.trim().split("\n").at(-1)}`];
}

async function refFault(path: string, cache: string): Promise<string | undefined> {
  try {
    const { digest } = JSON.parse(await Deno.readTextFile(path));
    await Deno.stat(`${cache}/${V1}/releases/sha256/${digest}.json`);
    return undefined;
  } catch (error) {
    return `ref ${path}: ${(error as Error).message}`;
  }
}

async function names(path: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

async function filesBelow(path: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await names(path)) {
    const child = `${path}/${name}`;
    if ((await Deno.lstat(child)).isDirectory) found.push(...await filesBelow(child));
    else found.push(child);
  }
  return found;
}
