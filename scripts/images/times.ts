import { Container, type ContainerOptions } from "../../tests/e2e/support/containers.ts";
import type { Builder } from "../../tests/e2e/support/images.ts";
import { Sandbox } from "../../tests/e2e/support/sandbox.ts";
import { BASE, filesOf, imageOf, packedLayer, SETS } from "./build.ts";

/**
 * From the call of the runtime to the end of an app that imports its dependencies: an image's layers are
 * pulled and unpacked first where it is new, a bundle's are fetched; both from this machine's disk.
 */
export async function startTimes(builder: Builder, work: string): Promise<string[][]> {
  const rows: string[][] = [];
  for (const [set, requirements] of Object.entries(SETS)) {
    rows.push([`${set}, image per app`, ...await imageStarts(builder, set, work)]);
    rows.push([`${set}, base + bundle`, ...await bundleStarts(builder, set, requirements, work)]);
  }
  return rows;
}

async function imageStarts(builder: Builder, set: string, work: string): Promise<string[]> {
  const oci = `${work}/oci-${imageOf(set).replace(/\W/g, "-")}`;
  // Debian and Python are there, as they are on a machine that runs another app.
  await builder.buildah("rmi", "--force", imageOf(set));
  // The builder names what it pulls by its path, and a name has no capitals and no leading dots.
  const path = await Deno.makeTempDir({ prefix: "eb-pull-" });
  await Deno.symlink(oci, `${path}/${set}`);
  const began = performance.now();
  const id = await builder.buildah("pull", "--quiet", `oci:${path}/${set}:x`);
  const image = await builder.mount(id);
  const pulled = performance.now() - began;
  await Deno.remove(path, { recursive: true });
  const options = { image, args: [], mounts: [{ at: "/tmp", tmpfs: ["mode=1777"] }] };
  const first = await start(options);
  return [pulled + first, await start(options)].map((ms) => ms.toFixed(0));
}

async function bundleStarts(
  builder: Builder,
  set: string,
  requirements: readonly string[],
  work: string,
): Promise<string[]> {
  await using sandbox = await Sandbox.create();
  const { deps, code } = await filesOf(set, requirements, work);
  const layers = [];
  for (const [kind, directory] of [["app", code], ["deps", deps]] as const) {
    layers.push({ kind, ...await sandbox.blob(await packedLayer(directory)) });
  }
  await sandbox.release("app", "stable", {
    ...{ schema: "edgeboot.release/v1", app: "app", version: "1", layers },
    entrypoint: { module: "app" },
  });
  await Deno.mkdir(sandbox.cache);
  await Deno.chmod(sandbox.cache, 0o777);
  const options = {
    image: await builder.mount(BASE),
    args: ["app"],
    env: { EDGEBOOT_REGISTRY: "/registry" },
    mounts: [
      { at: "/tmp", tmpfs: ["mode=1777"] },
      { at: "/registry", from: sandbox.registry, options: ["ro"] },
      { at: "/var/cache/edgeboot", from: sandbox.cache },
    ],
  };
  return [await start(options), await start(options)].map((ms) => ms.toFixed(0));
}

async function start(options: ContainerOptions): Promise<number> {
  const began = performance.now();
  await using container = await Container.start(options);
  const { code, stderr } = await container.ended;
  if (code !== 0) throw new Error(stderr);
  return performance.now() - began;
}
