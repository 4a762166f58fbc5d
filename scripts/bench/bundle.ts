import { zstdCompressSync } from "node:zlib";
import { sha256Hex } from "../demo/layers.ts";
import { findPip, findPython, installWheels } from "../demo/python.ts";
import { mustRun } from "../demo/run.ts";

export const FORMATS = ["tar", "tar.zst", "tar.gz", "zip"] as const;
export type Format = typeof FORMATS[number];

export interface Archive {
  readonly format: Format;
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
}

export interface BenchBundle {
  readonly archives: readonly Archive[];
  /** What it is made of, for the table's title. */
  readonly contents: string;
}

/** Together 150 MB in 7,000 files, a common size for a deps layer. */
const WHEELS = ["numpy", "pandas", "django", "pillow"];
const MAKE_ARCHIVES = new URL("./make_archives.py", import.meta.url).pathname;

/** The benchmark's archives, made once and then kept in the user's cache. */
export async function benchBundle(): Promise<BenchBundle> {
  const python = await findPython();
  const directory = `${cacheHome()}/edgeboot-bench/${python.pythonTag}-1`;
  const done = `${directory}/contents.txt`;
  if (!await exists(done)) {
    await discard(directory);
    const tree = `${directory}/tree`;
    await Deno.mkdir(tree, { recursive: true });
    const contents = await fillTree(tree, directory);
    console.log("packing the benchmark's bundle; this is done once");
    await mustRun([python.executable, "-I", MAKE_ARCHIVES, tree, directory]);
    const tar = await Deno.readFile(`${directory}/bundle.tar`);
    await Deno.writeFile(`${directory}/bundle.tar.zst`, zstdCompressSync(tar));
    await Deno.remove(tree, { recursive: true });
    // Last: its presence says that all the rest is complete.
    await Deno.writeTextFile(done, contents);
  }
  const archives = await Promise.all(FORMATS.map((format) => describe(directory, format)));
  return { archives, contents: await Deno.readTextFile(done) };
}

async function describe(directory: string, format: Format): Promise<Archive> {
  const path = `${directory}/bundle.${format}`;
  const bytes = await Deno.readFile(path);
  return { format, path, sha256: await sha256Hex(bytes), size: bytes.length };
}

async function fillTree(tree: string, work: string): Promise<string> {
  const python = await findPython();
  const pip = await findPip(python, work);
  let reason = "there is no pip";
  if (pip !== undefined) {
    console.log(`installing ${WHEELS.join(", ")} for the benchmark's bundle; this is done once`);
    try {
      await installWheels(pip, WHEELS, tree);
      return `wheels of ${WHEELS.join(", ")}: ${await summary(tree)}`;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
  }
  await discard(tree);
  await writeSyntheticTree(tree);
  return `a synthetic tree (no wheels: ${reason}): ${await summary(tree)}`;
}

const SYNTHETIC_FILES = 7000;
const SYNTHETIC_BYTES = 150_000_000;

/**
 * Sizes fall off as in wheels: many files of a few kB, a few of some MB. Half of each 64 bytes is random,
 * half is text, so that it compresses about as machine code does.
 */
async function writeSyntheticTree(tree: string): Promise<void> {
  let seed = 1;
  const random = () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) / 2 ** 32;
  const weights = Array.from({ length: SYNTHETIC_FILES }, () => Math.min(1 / random(), 2000));
  const scale = SYNTHETIC_BYTES / weights.reduce((a, b) => a + b);
  const text = new TextEncoder().encode("def synthetic(self, value):\n    ");
  for (const [index, weight] of weights.entries()) {
    const directory = `${tree}/package${index % 100}/module${index % 7}`;
    if (index < SYNTHETIC_FILES / 10) await Deno.mkdir(directory, { recursive: true });
    const bytes = new Uint8Array(Math.round(weight * scale));
    for (let at = 0; at < bytes.length; at++) {
      bytes[at] = at % 64 < text.length ? text[at % 64]! : random() * 256;
    }
    await Deno.writeFile(`${directory}/file${index}.py`, bytes);
  }
}

async function summary(tree: string): Promise<string> {
  const { files, bytes } = await count(tree);
  return `${Math.round(bytes / 1e6)} MB in ${files} files`;
}

async function count(directory: string): Promise<{ files: number; bytes: number }> {
  const sum = { files: 0, bytes: 0 };
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = `${directory}/${name}`;
    const below = isDirectory
      ? await count(path)
      : { files: 1, bytes: (await Deno.lstat(path)).size };
    sum.files += below.files;
    sum.bytes += below.bytes;
  }
  return sum;
}

function cacheHome(): string {
  const home = Deno.env.get("HOME");
  return Deno.env.get("XDG_CACHE_HOME") || (home ? `${home}/.cache` : "/tmp");
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

async function discard(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
