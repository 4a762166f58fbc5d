import type { Layer } from "./layers.ts";
import type { Narrator } from "./narrator.ts";
import { APP } from "./registry.ts";
import { run } from "./run.ts";

interface Scene {
  readonly edgeboot: string;
  readonly env: Record<string, string>;
  readonly registry: string;
  readonly work: string;
  readonly layer: Layer;
}

/** A layer with one other bit in it must neither be started nor be seen in the cache. */
export async function showRefusal(scene: Scene, narrator: Narrator): Promise<void> {
  const { edgeboot, layer, registry, work } = scene;
  narrator.step("A refusal: one bit of the app layer is flipped in the registry");
  await flipBit(`${registry}/blobs/sha256/${layer.sha256}`);
  const cache = `${work}/other-cache`;
  const env = { ...scene.env, EDGEBOOT_CACHE: cache };
  narrator.command(["export", `EDGEBOOT_CACHE=${cache}`]);

  narrator.command(["dist/edgeboot", "run", APP]);
  const refused = await run([edgeboot, "run", APP], { env, clearEnv: true });
  for (const line of refused.stderr.trimEnd().split("\n")) narrator.say(line);
  narrator.check("it ended with exit code 65: bad data", refused.code === 65, `${refused.code}`);
  const named = refused.stderr.includes(layer.sha256);
  narrator.check("the message names the digest that was expected", named, refused.stderr);

  narrator.command(["dist/edgeboot", "cache", "path", `sha256:${layer.sha256}`]);
  const looked = await run([edgeboot, "cache", "path", layer.sha256], { env, clearEnv: true });
  const absent = looked.code !== 0 && looked.stdout === "";
  narrator.check("the cache has no tree of this layer", absent, looked.stdout);
  const sources = await filesNamed(cache, "asgi.py");
  narrator.check("nothing of it was unpacked anywhere", sources.length === 0, sources.join(", "));
}

async function flipBit(path: string): Promise<void> {
  const bytes = await Deno.readFile(path);
  bytes[bytes.length >> 1]! ^= 1;
  await Deno.writeFile(path, bytes);
}

async function filesNamed(directory: string, wanted: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = `${directory}/${name}`;
    if (isDirectory) found.push(...await filesNamed(path, wanted));
    else if (name === wanted) found.push(path);
  }
  return found;
}
