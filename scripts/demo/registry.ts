import { type Bundle, sha256Hex } from "./layers.ts";
import type { Python } from "./python.ts";

export const APP = "greeter";
export const VERSION = "1.0.0";

/** The release document, full form: what a person or a pipeline writes (`edgeboot schema`). */
export function releaseDocument(
  bundle: Bundle,
  python: Pick<Python, "version" | "pythonTag" | "abi">,
) {
  const [major, minor] = python.version;
  // The app layer alone is source code: it fits every Python that its syntax fits.
  const tags = bundle.hasNative
    ? { python_tag: python.pythonTag, abi: python.abi, platform: bundle.platform }
    : { python_tag: `py${major}`, abi: "none", platform: "any" };
  return {
    schema: "edgeboot.release/v1",
    app: APP,
    version: VERSION,
    python: bundle.hasNative ? `>=${major}.${minor},<${major}.${minor + 1}` : `>=${major}.8`,
    entrypoints: { default: { module: bundle.module, args: bundle.args } },
    env: { default: { LOG_LEVEL: "info" } },
    variants: [{
      ...tags,
      layers: bundle.layers.map(({ kind, sha256, size, unpackedSize }) => ({
        kind,
        sha256,
        size,
        unpacked_size: unpackedSize,
        python_paths: ["."],
      })),
    }],
  };
}

/**
 * Writes `apps/<app>/<ref>.json` and `blobs/sha256/<hex>`: all that a registry is.
 * @returns the digest of the release
 */
export async function writeRegistry(
  root: string,
  release: ReturnType<typeof releaseDocument>,
  layers: Bundle["layers"],
): Promise<string> {
  await Deno.mkdir(`${root}/apps/${release.app}`, { recursive: true });
  await Deno.mkdir(`${root}/blobs/sha256`, { recursive: true });
  for (const { path, sha256 } of layers) {
    await Deno.copyFile(path, `${root}/blobs/sha256/${sha256}`);
  }
  const bytes = new TextEncoder().encode(`${JSON.stringify(release, undefined, 2)}\n`);
  const digest = await sha256Hex(bytes);
  await Deno.writeFile(`${root}/blobs/sha256/${digest}`, bytes);
  for (const ref of [release.version, "stable"]) {
    await Deno.writeFile(`${root}/apps/${release.app}/${ref}.json`, bytes);
  }
  return digest;
}
