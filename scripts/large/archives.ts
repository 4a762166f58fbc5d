import { command, output } from "../../tests/e2e/support/command.ts";
import { PYTHON } from "../../tests/e2e/support/python.ts";
import { digestOf, figures, measured } from "./fetch.ts";

const script = (name: string) => new URL(name, import.meta.url).pathname;

/** How the usual tool unpacks each. */
const TOOLS: Readonly<Record<string, (archive: string, to: string) => string[]>> = {
  "zip": (archive, to) => ["unzip", "-q", archive, "-d", to],
  "tar": (archive, to) => ["tar", "-xf", archive, "-C", to],
  "tar.gz": (archive, to) => ["tar", "-xzf", archive, "-C", to],
  "tar.zst": (archive, to) => ["tar", "--zstd", "-xf", archive, "-C", to],
};

/** Each format with edgeboot and with the usual tool: the trees must be the same. */
export async function compareArchives(work: string, formats: readonly string[]): Promise<boolean> {
  let sound = true;
  for (const format of formats.length > 0 ? formats : Object.keys(TOOLS)) {
    const place = `${work}/${format}`;
    await Deno.mkdir(`${place}/theirs`, { recursive: true });
    sound = await compareOne(format, place) && sound;
    await output("chmod", ["-R", "u+w", place]);
    await Deno.remove(place, { recursive: true });
  }
  return sound;
}

async function compareOne(format: string, place: string): Promise<boolean> {
  const archive = `${place}/archive`;
  await output(PYTHON.path, ["-I", script("make_large.py"), format, archive]);
  const { size } = await Deno.stat(archive);
  console.log(`${format}: ${(size / 1e9).toFixed(2)} GB packed`);
  const digest = await digestOf(archive);
  const ours = await measured(place, ["fetch", "--bundle", archive, "--sha256", digest]);
  console.log(`  edgeboot fetch: ${figures(ours)}`);
  if (ours.exit !== 0) {
    console.log(ours.stderr);
    return false;
  }
  const [tool, ...args] = TOOLS[format]!(archive, `${place}/theirs`);
  const began = performance.now();
  await output(tool!, args);
  console.log(`  ${tool}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const tree = `${place}/cache/v1/trees/sha256/${digest}`;
  const compared = await command(PYTHON.path, [
    "-I",
    script("compare.py"),
    tree,
    `${place}/theirs`,
  ]);
  console.log((compared.stdout + compared.stderr).trimEnd());
  return compared.code === 0;
}
