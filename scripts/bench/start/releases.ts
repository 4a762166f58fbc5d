import { sha256Hex } from "../../demo/layers.ts";
import { mustRun } from "../../demo/run.ts";
import type { Ground } from "./ground.ts";

/** How the dependencies of a workload became layers. */
export const PACKINGS = ["pip", "uv", "venv", "zip", "wheels"] as const;
export type Packing = typeof PACKINGS[number];

interface Layer {
  readonly kind: "app" | "deps" | "wheel";
  readonly sha256: string;
  readonly size: number;
  readonly name?: string;
}

/** Writes the app into a registry, packed in one of the ways, and returns its app ID. */
export async function publish(
  workload: string,
  ground: Ground,
  packing: Packing,
  registry: string,
): Promise<string> {
  const app = `${workload}-${packing}`;
  const layers = [await tarLayer("app", ground.app, registry)];
  layers.push(...await dependencies(ground, packing, registry));
  const release = {
    ...{ schema: "edgeboot.release/v1", app, version: "1", layers },
    entrypoint: { module: "m" },
  };
  await Deno.mkdir(`${registry}/apps/${app}`, { recursive: true });
  await Deno.writeTextFile(`${registry}/apps/${app}/stable.json`, JSON.stringify(release));
  return app;
}

async function dependencies(
  { byPip, byUv, venv, wheels }: Ground,
  packing: Packing,
  registry: string,
): Promise<Layer[]> {
  switch (packing) {
    case "pip":
      return await isEmpty(byPip) ? [] : [await tarLayer("deps", byPip, registry)];
    case "uv":
      return await isEmpty(byUv) ? [] : [await tarLayer("deps", byUv, registry)];
    case "venv":
      return [await tarLayer("deps", venv, registry)];
    case "zip":
      return await isEmpty(byPip) ? [] : [await zipLayer(byPip, registry)];
    case "wheels":
      return await wheelLayers(wheels, registry);
  }
}

async function tarLayer(kind: Layer["kind"], directory: string, registry: string): Promise<Layer> {
  const archive = await Deno.makeTempFile({ dir: registry, suffix: ".tar" });
  await mustRun(["tar", "-C", directory, "-cf", archive, "."]);
  return { kind, ...await keep(archive, registry) };
}

async function zipLayer(directory: string, registry: string): Promise<Layer> {
  const archive = `${registry}/${crypto.randomUUID()}.zip`;
  await mustRun(["zip", "-q", "-r", archive, "."], { cwd: directory });
  return { kind: "deps", ...await keep(archive, registry) };
}

async function wheelLayers(directory: string, registry: string): Promise<Layer[]> {
  const layers: Layer[] = [];
  for await (const { name } of Deno.readDir(directory)) {
    const copy = `${registry}/${crypto.randomUUID()}`;
    await Deno.copyFile(`${directory}/${name}`, copy);
    layers.push({ kind: "wheel", name, ...await keep(copy, registry) });
  }
  return layers;
}

/** Moves the archive to where a registry has its blobs. */
async function keep(archive: string, registry: string): Promise<{ sha256: string; size: number }> {
  const bytes = await Deno.readFile(archive);
  const sha256 = await sha256Hex(bytes);
  await Deno.mkdir(`${registry}/blobs/sha256`, { recursive: true });
  await Deno.rename(archive, `${registry}/blobs/sha256/${sha256}`);
  return { sha256, size: bytes.length };
}

async function isEmpty(directory: string): Promise<boolean> {
  for await (const _ of Deno.readDir(directory)) return false;
  return true;
}
