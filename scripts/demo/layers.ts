import type { Narrator } from "./narrator.ts";
import { compileBytecode, findPip, installWheels, type Python } from "./python.ts";
import { mustRun } from "./run.ts";
import { megabytes } from "./text.ts";
import { layerPlatform } from "./wheel_tags.ts";

export interface Layer {
  readonly kind: "app" | "deps";
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  readonly unpackedSize: number;
}

export interface Bundle {
  /** First the app, then what it needs. */
  readonly layers: readonly Layer[];
  /** `any`, or what the wheels in it ask for: manylinux_2_17_x86_64 */
  readonly platform: string;
  readonly module: string;
  readonly args: readonly string[];
  readonly hasNative: boolean;
}

const APP = new URL("./app/", import.meta.url).pathname;
const MAKE_LAYER = new URL("./make_layer.py", import.meta.url).pathname;

/** The demo's app as layers; without its dependencies where PyPI cannot be had. */
export async function buildBundle(
  python: Python,
  work: string,
  narrator: Narrator,
): Promise<Bundle> {
  const deps = `${work}/deps`;
  const reason = await installDependencies(python, deps, work, narrator);
  const app = `${work}/app`;
  await copyApp(app);
  await compileBytecode(python, app);
  const appLayer = await makeLayer("app", app, python, work);
  if (reason !== undefined) {
    narrator.say(`No dependencies: ${reason}.`);
    narrator.say("So this is the same app on Python's own http.server: one layer, nothing native.");
    const args: string[] = [];
    const plain = { module: "greeter.plain", args, platform: "any", hasNative: false };
    return { layers: [appLayer], ...plain };
  }
  // Console scripts begin with the path of the Python that ran pip; edgeboot makes its own.
  await Deno.remove(`${deps}/bin`, { recursive: true });
  await compileBytecode(python, deps);
  return {
    layers: [appLayer, await makeLayer("deps", deps, python, work)],
    platform: layerPlatform(await wheelFiles(deps)),
    module: "uvicorn",
    args: ["greeter.asgi:app", "--log-level", "warning"],
    hasNative: true,
  };
}

export function describeLayer({ kind, path, size, unpackedSize, sha256 }: Layer): string {
  return `${kind} layer ${path.slice(path.lastIndexOf("/") + 1)}: ${megabytes(unpackedSize)} as ` +
    `${megabytes(size)}, sha256 ${sha256.slice(0, 12)}…`;
}

/** @returns why there are none, or undefined when all are installed */
async function installDependencies(
  python: Python,
  target: string,
  work: string,
  narrator: Narrator,
): Promise<string | undefined> {
  const pip = await findPip(python, work);
  if (pip === undefined) {
    return `${python.executable} has neither pip nor a venv module that brings it (on Debian: ` +
      "apt-get install python3-pip)";
  }
  const requirements = ["--requirement", "scripts/demo/app/requirements.txt"];
  narrator.command([
    "pip",
    "install",
    "--only-binary",
    ":all:",
    "--target",
    "deps",
    ...requirements,
  ]);
  try {
    await installWheels(pip, ["--requirement", `${APP}requirements.txt`], target);
    return undefined;
  } catch (error) {
    return `pip could not install them (${error instanceof Error ? error.message : error})`;
  }
}

async function makeLayer(
  kind: Layer["kind"],
  directory: string,
  python: Python,
  work: string,
): Promise<Layer> {
  const path = `${work}/${kind}.tar.gz`;
  await mustRun([python.executable, "-I", MAKE_LAYER, directory, path]);
  const bytes = await Deno.readFile(path);
  const unpackedSize = await treeSize(directory);
  return { kind, path, sha256: await sha256Hex(bytes), size: bytes.length, unpackedSize };
}

export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

async function treeSize(directory: string): Promise<number> {
  let sum = 0;
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = `${directory}/${name}`;
    sum += isDirectory ? await treeSize(path) : (await Deno.lstat(path)).size;
  }
  return sum;
}

/** Only the sources: bytecode of the reader's own trials does not belong into the layer. */
async function copyApp(target: string): Promise<void> {
  await Deno.mkdir(`${target}/greeter`, { recursive: true });
  for await (const { name } of Deno.readDir(`${APP}greeter`)) {
    if (!name.endsWith(".py")) continue;
    await Deno.copyFile(`${APP}greeter/${name}`, `${target}/greeter/${name}`);
  }
}

async function wheelFiles(deps: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const { name } of Deno.readDir(deps)) {
    if (!name.endsWith(".dist-info")) continue;
    texts.push(await Deno.readTextFile(`${deps}/${name}/WHEEL`));
  }
  return texts;
}
