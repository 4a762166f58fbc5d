import { type Builder, DEBIAN, dockerfile } from "../../tests/e2e/support/images.ts";
import { pack } from "../../tests/e2e/support/archives.ts";
import { exists, kept } from "../../tests/e2e/support/kept.ts";
import { pip } from "../../tests/e2e/support/python.ts";
import type { AppSizes, Sizes } from "./model.ts";

/** Sets of dependencies as apps have them; pinned, so that two runs compare. */
export const SETS: Readonly<Record<string, readonly string[]>> = {
  api: ["fastapi==0.115.14", "uvicorn==0.35.0", "pydantic==2.11.7", "sqlalchemy==2.0.41"],
  site: ["django==5.2.4", "gunicorn==23.0.0", "pillow==11.3.0", "requests==2.32.4"],
  data: ["numpy==2.2.6", "pandas==2.3.1", "pyarrow==20.0.0"],
};
export const BASE = "localhost/edgeboot-python:3.11";
export const imageOf = (set: string) => `localhost/app-${set}:latest`;
const CODE_BYTES = 200_000;

interface Layer {
  readonly digest: string;
  readonly size: number;
}

/** Builds the base image, and once more on a Debian with another file in it, as after a fix. */
export async function baseImages(builder: Builder, work: string): Promise<Omit<Sizes, "apps">> {
  const missing = await builder.debian();
  if (missing !== undefined) throw new Error(missing);
  const text = await dockerfile();
  await builder.build(BASE, text);
  const [debian, executable, cache, python] = await layersOf(builder, BASE, work);
  const edgeboot = [executable!, cache!];
  const fixed = text.replace("rm -rf /var/lib/apt", "date > /etc/fixed; rm -rf /var/lib/apt");
  await builder.build("localhost/edgeboot-python:fixed", fixed);
  const after = (await layersOf(builder, "localhost/edgeboot-python:fixed", work)).slice(1, 3);
  const old = new Set(edgeboot.map(({ digest }) => digest));
  const anew = after.filter(({ digest }) => !old.has(digest));
  return {
    ...{ debian: debian!.size, python: python!.size },
    ...{ edgeboot: total(edgeboot), edgebootAfterPatch: total(anew) },
  };
}

/** For each set an image as a Dockerfile of several stages makes it, and the same as a bundle. */
export async function appImages(builder: Builder, work: string): Promise<AppSizes[]> {
  const text = await dockerfile();
  const packages = /^ARG FIXES[\s\S]*?aux-cache\n/m.exec(text)![0];
  const sizes: AppSizes[] = [];
  for (const [set, requirements] of Object.entries(SETS)) {
    const { deps, code } = await filesOf(set, requirements, work);
    const lines = `FROM ${DEBIAN}\n${packages}
COPY deps /usr/local/lib/python3.11/dist-packages
COPY code /app
ENV PYTHONPATH=/app PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
ENTRYPOINT ["python3", "-m", "app"]\n`;
    await builder.build(imageOf(set), lines, { deps, code });
    const [, , imageDeps, imageCode] = await layersOf(builder, imageOf(set), work);
    const packed = async (directory: string) =>
      (await Deno.stat(await packedLayer(directory))).size;
    sizes.push({
      image: { deps: imageDeps!.size, code: imageCode!.size },
      bundle: { deps: await packed(deps), code: await packed(code) },
    });
  }
  return sizes;
}

export async function packedLayer(directory: string): Promise<string> {
  const target = `${directory}.tar.zst`;
  return exists(target) ? target : await pack(directory, target, "tar.zst");
}

export async function filesOf(
  set: string,
  requirements: readonly string[],
  work: string,
): Promise<{ deps: string; code: string }> {
  const deps = await kept(`images-${set}`, async (target) => {
    const options = ["--no-compile", "--only-binary", ":all:"];
    await pip("install", ...options, "--target", target, ...requirements);
  });
  const code = `${work}/code-${set}`;
  if (!exists(code)) {
    await Deno.mkdir(code, { recursive: true });
    const modules = requirements.map((pin) => pin.split("==")[0]!.replace("pillow", "PIL"));
    await Deno.writeTextFile(`${code}/app.py`, `import ${modules.join(", ")}\n`);
    const noise = new Uint8Array(CODE_BYTES);
    for (let at = 0; at < CODE_BYTES; at += 50_000) {
      crypto.getRandomValues(noise.subarray(at, at + 50_000));
    }
    await Deno.writeFile(`${code}/assets.bin`, noise);
  }
  return { deps, code };
}

/** As a registry would have them: gzip, as the builder pushes them. */
async function layersOf(builder: Builder, image: string, work: string): Promise<Layer[]> {
  const oci = `${work}/oci-${image.replace(/\W/g, "-")}`;
  await Deno.remove(oci, { recursive: true }).catch(() => {});
  await builder.buildah("push", "--quiet", image, `oci:${oci}:x`);
  const read = async (path: string) => JSON.parse(await Deno.readTextFile(`${oci}/${path}`));
  const blob = (digest: string) => `blobs/${digest.replace(":", "/")}`;
  const manifest = await read(blob((await read("index.json")).manifests[0].digest));
  return manifest.layers;
}

const total = (layers: readonly Layer[]) => layers.reduce((sum, { size }) => sum + size, 0);
