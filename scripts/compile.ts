/**
 * Builds dist/edgeboot: one executable from main.ts and the pinned Deno base runtime.
 *
 *   deno run -A scripts/compile.ts [--target TRIPLE] [--output FILE]
 *
 * The same commit gives the same bytes, in any directory and on any machine.
 */
import { parseArgs } from "@std/cli/parse-args";
import { findBaseRuntime, PINNED_SHA256, type Target, TARGETS } from "./compile/base_runtime.ts";
import { bundle, ENTRY } from "./compile/bundle.ts";
import { requirePinnedDeno, runDeno } from "./compile/deno_command.ts";
import { sha256Hex } from "./compile/digest.ts";
import { type BinaryReport, inspectBinary } from "./compile/inspect.ts";
import { permissions } from "./compile/permissions.ts";
import { preludePatches } from "./compile/prelude.ts";
import { readStamp, type Stamp } from "./compile/stamp.ts";

const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

interface Options {
  readonly target: Target;
  /** absolute */
  readonly output: string;
}

export interface Compiled extends BinaryReport {
  readonly sha256: string;
  readonly stamp: Stamp;
  /** What went into it besides the base; see {@link Bundle}. */
  readonly modules: readonly string[];
}

/** @throws {NoBaseRuntime} when there is no base for the target */
export async function compile({ target, output }: Options): Promise<Compiled> {
  requirePinnedDeno();
  const base = await findBaseRuntime(target);
  console.error(`base runtime: ${base.origin}`);
  const stamp = await readStamp(root);
  const work = await Deno.makeTempDir({ prefix: "edgeboot-compile-" });
  try {
    // A fixed name below the random one: only names relative to this directory are embedded.
    const source = `${work}/edgeboot`;
    const { chunks, modules } = await bundle(root, source, stamp);
    await Deno.mkdir(output.slice(0, output.lastIndexOf("/")), { recursive: true });
    await runDeno(source, compileArguments(target, output, chunks), {
      ...(base.path === undefined ? {} : { DENORT_BIN: base.path }),
    });
    const image = await Deno.readFile(output);
    const report = await inspectBinary(image, {
      target,
      base,
      bundleSize: totalSize(source, [ENTRY, ...chunks]),
      forbidden: [root, work, Deno.env.get("HOME") ?? ""],
    });
    // Behind the check, which compares the base with what is published.
    const isOptional = base.givenByUser === true || PINNED_SHA256[target] === undefined;
    await addPrelude(image, output, isOptional);
    const sha256 = await sha256Hex(image);
    console.error(
      `edgeboot ${stamp.version} (${stamp.commit}) for ${target}: ${output}\n` +
        `size ${report.size} (${report.embedded} embedded), sha256 ${sha256}`,
    );
    return { ...report, sha256, stamp, modules };
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

function compileArguments(target: Target, output: string, chunks: readonly string[]): string[] {
  return [
    ...["compile", "--quiet", "--target", target, "--output", output],
    // No config, lock or node_modules: the bundle is the whole program, so nothing else is embedded.
    ...["--no-config", "--no-lock", "--no-npm", "--no-remote", "--no-check"],
    // V8's code cache would be read from and written to $TMPDIR/deno-compile-edgeboot.cache, a name that
    // anyone can create first in a shared /tmp: bytecode of their choice in our process (CWE-379). It does
    // not pay either: Deno completes it only on a normal exit, so a program that execs collects it in
    // vain at each start (17.6 ms against 16.4 without), and in a read-only container always would.
    "--no-code-cache",
    // A start ends before compiled code can pay: 0.6 ms less without the baseline compiler (2 x 40 starts,
    // interleaved). A cold start of 61 MB takes up to 4 % longer.
    // For size: 203 MB are unpacked with 117 MB at the most in place of 145, and 50 MB of its own are left when
    // Pythons compile in place of 104, which is what fits into a container of 96 MB. Neither the time of a start
    // nor that of unpacking differs.
    "--v8-flags=--no-sparkplug,--optimize-for-size",
    // Lets the thread that reads archives be started without permissions.
    "--unstable-worker-options",
    ...permissions(target).map(({ flag }) => flag),
    ...chunks.flatMap((chunk) => ["--include", chunk]),
    ENTRY,
  ];
}

/** Changes both the image and its file, which nobody can have started yet. */
async function addPrelude(image: Uint8Array, path: string, isOptional: boolean): Promise<void> {
  const patches = preludePatches(image);
  if (patches === undefined) {
    const what =
      "prelude: none for this base, so some variables end it; see `edgeboot help launch`";
    if (!isOptional) throw new Error(what);
    console.error(what);
    return;
  }
  using file = await Deno.open(path, { write: true });
  for (const { offset, bytes } of patches) {
    image.set(bytes, offset);
    await file.seek(offset, Deno.SeekMode.Start);
    await file.write(bytes);
  }
}

function totalSize(directory: string, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + Deno.statSync(`${directory}/${name}`).size, 0);
}

function readOptions(args: readonly string[]): Options {
  const flags = parseArgs([...args], { string: ["target", "output"] });
  const target = TARGETS.find((name) => name === (flags.target ?? TARGETS[0]));
  if (target === undefined) {
    throw new Error(`--target ${flags.target}: not supported; choose ${TARGETS.join(" or ")}`);
  }
  const suffix = target === TARGETS[0] ? "" : `-${target}`;
  const output = flags.output ?? `${root}/dist/edgeboot${suffix}`;
  return { target, output: output.startsWith("/") ? output : `${Deno.cwd()}/${output}` };
}

if (import.meta.main) {
  try {
    await compile(readOptions(Deno.args));
  } catch (error) {
    console.error(`compile: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}
