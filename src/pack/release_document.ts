import type { AppId } from "../model/app_id.ts";
import type { EntryPoint } from "../model/entry_point.ts";
import type { Layer } from "../model/layer.ts";
import type { Recorded } from "../model/recorded.ts";
import { RELEASE_SCHEMA } from "../model/release.ts";

/** What a release says of one variant. */
export interface PackedVariant {
  readonly pythonTag: string;
  readonly abi: string;
  readonly platform: string;
  readonly systemLibs: readonly string[];
  /** The oldest glibc that its files load with: `2.17`. */
  readonly glibc: string | undefined;
  readonly layers: readonly Layer[];
}

export interface PackedRelease {
  readonly app: AppId;
  readonly version: string;
  /** RFC 3339 */
  readonly created: string | undefined;
  /** of PEP 440 */
  readonly python: string | undefined;
  readonly entryPoints: ReadonlyMap<string, EntryPoint>;
  readonly recorded: Recorded;
  readonly variants: readonly PackedVariant[];
}

/** The text of a release document: the same facts give the same bytes. */
export function releaseText(release: PackedRelease): string {
  const { app, version, created, python, entryPoints, recorded, variants } = release;
  const document = {
    ...{ schema: RELEASE_SCHEMA, app, version, created, python },
    entrypoints: Object.fromEntries(
      [...entryPoints].map(([name, entry]) => [name, entryJson(entry)]),
    ),
    packed: recordedJson(recorded),
    variants: variants.map((variant) => ({
      python_tag: variant.pythonTag,
      abi: variant.abi,
      platform: variant.platform,
      glibc: variant.glibc,
      system_libs: variant.systemLibs.length === 0 ? undefined : variant.systemLibs,
      layers: variant.layers.map(layerJson),
    })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function recordedJson({ commit, isDirty, licenses, sbom }: Recorded): object | undefined {
  if (commit === undefined && !licenses?.length && sbom === undefined) return undefined;
  return { commit, dirty: isDirty, licenses: licenses?.length ? licenses : undefined, sbom };
}

function layerJson({ kind, wheel, sha256, size, unpackedSize, pythonPaths, url }: Layer): object {
  return {
    ...{ kind, name: wheel?.file, sha256, size, unpacked_size: unpackedSize },
    ...{ python_paths: pythonPaths, url },
  };
}

/** As a release has an entry point; {@link readEntryPoint} reads it. */
export function entryJson(entry: EntryPoint): object {
  const { args, defaultArgs, pythonArgs } = entry;
  const options = {
    args: args.length === 0 ? undefined : args,
    default_args: defaultArgs,
    python_args: pythonArgs,
  };
  switch (entry.kind) {
    case "module":
      return { module: entry.module, ...options };
    case "callable":
      return { callable: `${entry.module}:${entry.attribute}`, ...options };
    case "script":
      return { script: entry.path, ...options };
    case "console_script":
      return { console_script: entry.name, ...options };
  }
}
