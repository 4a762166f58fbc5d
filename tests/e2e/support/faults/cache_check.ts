import { assert, assertEquals, AssertionError } from "@std/assert";
import { exists } from "../kept.ts";
import { checkBytecode, checkEnvironments } from "./environment_check.ts";
import { differences, hexDigest, type Listing, listingOfDirectory } from "./listing.ts";

/** What a start could see in a cache, all of it whole. */
export interface Whole {
  readonly trees: number;
  /** Complete trees whose top is still 0755: what only a user other than root may leave. */
  readonly unclosed: number;
  readonly releases: number;
  readonly refs: number;
}

const HEX = /^[0-9a-f]{64}$/;

/**
 * Looks at everything in a cache that a start trusts: trees against the archives that they were made of,
 * records, releases, refs and leases against each other. Written on its own, on purpose: edgeboot's
 * `verify` believes the records that edgeboot has written.
 */
export async function checkCache(
  cache: string,
  layers: ReadonlyMap<string, Listing>,
  environments?: ReadonlyMap<string, Listing>,
): Promise<Whole> {
  const version = `${cache}/v1`;
  const trees = names(`${version}/trees/sha256`);
  let unclosed = 0;
  for (const digest of trees) {
    const tree = `${version}/trees/sha256/${digest}`;
    const expected = layers.get(digest);
    if (expected === undefined) throw new AssertionError(`${tree} is no layer of the release`);
    assertEquals(differences(expected, packed(await listingOfDirectory(tree))), [], tree);
    const { mode, uid } = Deno.lstatSync(tree);
    const isUnclosed = (mode! & 0o7777) === 0o755 && uid !== 0;
    assert(isUnclosed || (mode! & 0o7777) === 0o555, `${tree}: mode ${mode!.toString(8)}`);
    if (isUnclosed) unclosed++;
    await checkRecord(`${version}/records/sha256/${digest}.jsonl`, expected);
    assert(exists(`${version}/leases/sha256/${digest}`), `${tree} has no lease`);
  }
  const releases = names(`${version}/releases/sha256`);
  for (const name of releases) {
    const bytes = Deno.readFileSync(`${version}/releases/sha256/${name}`);
    assertEquals(`${await hexDigest(bytes)}.json`, name, "a release is what its name says");
  }
  const refs = files(`${version}/refs`);
  for (const path of refs) checkRef(path, version);
  for (const path of files(`${version}/pythons`)) JSON.parse(Deno.readTextFileSync(path));
  for (const path of files(`${version}/support`)) {
    assert(Deno.readTextFileSync(path).length > 0, `${path} is empty`);
  }
  if (environments !== undefined) await checkEnvironments(cache, environments);
  await checkBytecode(cache);
  return { trees: trees.length, unclosed, releases: releases.length, refs: refs.length };
}

/** Without what `fetch` has compiled, and no archive has. */
function packed(found: Listing): Listing {
  return new Map([...found].filter(([path]) => !/(?:^|\/)__pycache__(?:\/|$)/.test(path)));
}

/** One line for the tree, one for each thing in it, and the SHA-256 of all that. */
async function checkRecord(path: string, expected: Listing): Promise<void> {
  const text = Deno.readTextFileSync(path);
  const end = text.trimEnd().lastIndexOf("\n") + 1;
  const body = new TextEncoder().encode(text.slice(0, end));
  assertEquals(JSON.parse(text.slice(end)), { sha256: await hexDigest(body) }, path);
  const rows = text.slice(0, end).trimEnd().split("\n").slice(1).map((line) => JSON.parse(line));
  const recorded = new Map(rows.map(([kind, name, third, size, sha256]) => {
    if (kind === "l") return [name, `l ${third}`];
    const mode = Number(third).toString(8);
    return [name, kind === "d" ? `d ${mode}` : `f ${mode} ${size} ${sha256}`];
  }));
  assertEquals(recorded.get("."), "d 555", path);
  recorded.delete(".");
  assertEquals(differences(expected, packed(recorded)), [], path);
}

/** A ref is only written when all that it stands for is there. */
function checkRef(path: string, version: string): void {
  const { digest } = JSON.parse(Deno.readTextFileSync(path));
  assert(HEX.test(digest), path);
  const release = JSON.parse(Deno.readTextFileSync(`${version}/releases/sha256/${digest}.json`));
  for (const { sha256 } of release.layers) {
    assert(exists(`${version}/trees/sha256/${sha256}`), `${path} stands for a missing tree`);
  }
}

/** What a process has left that no start looks at. */
export function leftovers(cache: string): string[] {
  const version = `${cache}/v1`;
  const treeless = names(`${version}/leases/sha256`)
    .filter((digest) => !exists(`${version}/trees/sha256/${digest}`))
    .map((digest) => `leases/${digest}`);
  const records = names(`${version}/records/sha256`)
    .filter((name) => !exists(`${version}/trees/sha256/${name.slice(0, 64)}`))
    .map((name) => `records/${name}`);
  const partials = names(`${version}/partials`).flatMap((digest) => {
    const inside = names(`${version}/partials/${digest}`).map((id) => `partials/${digest}/${id}`);
    return [`partials/${digest}`, ...inside];
  });
  const rest = ["work", "locks"].flatMap((directory) =>
    names(`${version}/${directory}`).map((name) => `${directory}/${name}`)
  );
  const environments = names(`${version}/leases/environments`)
    .filter((key) => !exists(`${version}/environments/${key}`))
    .map((key) => `leases/environments/${key}`);
  const bytecode = names(`${version}/bytecode/sha256`)
    .filter((digest) => !exists(`${version}/trees/sha256/${digest}`))
    .map((digest) => `bytecode/${digest}`);
  const halves = files(`${version}/bytecode`).concat(files(`${version}/environments`))
    .filter((path) => /\.pyc\.\d+$/.test(path)).map((path) => path.slice(version.length + 1));
  return [...rest, ...partials, ...treeless, ...records, ...environments, ...bytecode, ...halves];
}

/** As if they had lain there for so long. */
export function age(cache: string, days: number): void {
  const then = new Date(Date.now() - days * 24 * 3_600_000);
  for (const directory of ["work", "partials", "bytecode", "environments"]) {
    makeOld(`${cache}/v1/${directory}`, then);
  }
}

function makeOld(path: string, then: Date): void {
  if (!exists(path)) return;
  if (Deno.lstatSync(path).isSymlink) return;
  if (Deno.lstatSync(path).isDirectory) {
    for (const name of names(path)) makeOld(`${path}/${name}`, then);
  }
  Deno.utimeSync(path, then, then);
}

function names(directory: string): string[] {
  if (!exists(directory)) return [];
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

function files(directory: string): string[] {
  return names(directory).flatMap((name) => {
    const path = `${directory}/${name}`;
    return Deno.lstatSync(path).isDirectory ? files(path) : [path];
  });
}
