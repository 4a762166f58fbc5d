import { encodeHex } from "@std/encoding/hex";
import { mustRun } from "../demo/run.ts";

/** What a tree must hold, from the files that its archive was made of: content by path. */
export interface ExpectedTree {
  /** SHA-256 of each file, and `-> target` of each link */
  readonly entries: ReadonlyMap<string, string>;
}

export interface Fixture {
  readonly registry: string;
  /** by the archive's SHA-256 */
  readonly trees: ReadonlyMap<string, ExpectedTree>;
  /** What a start prints. */
  readonly answer: string;
  /** One of the archives, a zip: what the control unpacks. */
  readonly zip: { readonly path: string; readonly sha256: string };
}

export const APP = "cut";

const MODULES = 150;

const MODULE = `
import importlib, os
for n in range(${MODULES}):
    assert importlib.import_module("modules.m%d" % n).VALUE == n
roots = os.environ["PYTHONPATH"].split(":")
print(sum(os.path.getsize(os.path.join(folder, name))
    for root in roots for folder, _, names in os.walk(root) for name in names))
`;

/** Many small files, some large ones, links, empty files: what wheels hold, made up. */
export async function writeFixture(work: string): Promise<Fixture> {
  const registry = `${work}/registry`;
  const blobs = `${registry}/blobs/sha256`;
  await Deno.mkdir(blobs, { recursive: true });
  const trees = new Map<string, ExpectedTree>();
  const layers: object[] = [];
  let bytes = 0;
  let zip: Fixture["zip"] | undefined;
  layers.push(await writeModules(work, blobs, trees));
  for (const [name, form, files, largest] of LAYERS) {
    const source = `${work}/source/${name}`;
    bytes += await writeSource(source, files, largest);
    if (name === "app") {
      await Deno.writeTextFile(`${source}/cut.py`, MODULE);
      bytes += MODULE.length;
    }
    const archive = `${work}/${name}.${form}`;
    if (form === "zip") await mustRun(["zip", "-qry1", archive, "."], { cwd: source });
    else await mustRun(["tar", "-C", source, "-czf", archive, "."]);
    const sha256 = await sha256Of(archive);
    await Deno.copyFile(archive, `${blobs}/${sha256}`);
    const entries = await describe(source);
    trees.set(sha256, { entries });
    layers.push({ sha256, python_paths: ["."] });
    if (form === "zip") zip = { path: archive, sha256 };
  }
  const release = { schema: "edgeboot.release/v1", app: APP, version: "1", layers };
  await Deno.mkdir(`${registry}/apps/${APP}`, { recursive: true });
  await Deno.writeTextFile(
    `${registry}/apps/${APP}/stable.json`,
    JSON.stringify({ ...release, entrypoint: { module: APP } }),
  );
  return { registry, trees, answer: `${bytes}\n`, zip: zip! };
}

/** Dependencies, of which an environment is composed, and whose bytecode a fetch compiles. */
async function writeModules(
  work: string,
  blobs: string,
  trees: Map<string, ExpectedTree>,
): Promise<object> {
  const source = `${work}/source/modules`;
  await Deno.mkdir(`${source}/modules`, { recursive: true });
  await Deno.writeTextFile(`${source}/modules/__init__.py`, "");
  for (let n = 0; n < MODULES; n++) {
    // Up to 60 KiB of bytecode: more than the pages that a file system writes at once.
    const table = Array.from(
      { length: (n % 15) * 60 },
      (_, m) => `"${n}-${m}": (${m}, "${m * n}"),\n`,
    );
    const text = `VALUE = ${n}\nTABLE = {\n${table.join("")}}\n`;
    await Deno.writeTextFile(`${source}/modules/m${n}.py`, text);
  }
  const archive = `${work}/modules.tar.gz`;
  await mustRun(["tar", "-C", source, "-czf", archive, "."]);
  const sha256 = await sha256Of(archive);
  await Deno.copyFile(archive, `${blobs}/${sha256}`);
  trees.set(sha256, { entries: await describe(source) });
  return { sha256, kind: "deps" };
}

const LAYERS = [
  ["app", "tar.gz", 60, 20_000],
  ["deps", "zip", 700, 60_000],
  ["data", "tar.gz", 12, 1_500_000],
] as const;

/** Returns the sum of the sizes of what os.path.getsize sees, links followed. */
async function writeSource(root: string, files: number, largest: number): Promise<number> {
  let bytes = 0;
  for (let n = 0; n < files; n++) {
    const directory = `${root}/pkg${n % 23}/sub${n % 5}`;
    await Deno.mkdir(directory, { recursive: true });
    const size = n % 40 === 0 ? 0 : Math.floor(largest * (((n * 7919) % 997) / 997) ** 2);
    await Deno.writeFile(`${directory}/f${n}.bin`, pseudoRandom(size, n));
    bytes += size;
    if (n % 50 !== 7) continue;
    await Deno.symlink(`f${n}.bin`, `${directory}/link${n}`);
    bytes += size;
  }
  return bytes;
}

/** Half noise, half zeros: it packs, and no two pieces are alike. */
function pseudoRandom(size: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let state = seed * 2654435761 + 1;
  for (let at = 0; at < size; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    if (at % 128 < 64) bytes[at] = state >>> 24;
  }
  return bytes;
}

/** Every file and link below `root`, directories as "directory". */
export async function describe(root: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const pending = [""];
  for (let inner = pending.pop(); inner !== undefined; inner = pending.pop()) {
    for await (const { name, isDirectory, isSymlink } of Deno.readDir(`${root}/${inner}`)) {
      const path = inner === "" ? name : `${inner}/${name}`;
      if (isDirectory) pending.push(path);
      const what = isDirectory
        ? "directory"
        : isSymlink
        ? `-> ${await Deno.readLink(`${root}/${path}`)}`
        : await sha256Of(`${root}/${path}`);
      found.set(path, what);
    }
  }
  return found;
}

export async function sha256Of(path: string): Promise<string> {
  return encodeHex(
    new Uint8Array(await crypto.subtle.digest("SHA-256", await Deno.readFile(path))),
  );
}
