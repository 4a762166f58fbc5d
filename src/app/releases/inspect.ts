import { parseChannel } from "../../model/channel.ts";
import type { LayerDigest, Sha256 } from "../../model/digest.ts";
import type { EdgebootError } from "../../model/errors.ts";
import { type EntryPoint, formatEntryPoint } from "../../model/entry_point.ts";
import type { Recorded } from "../../model/recorded.ts";
import { parseRelease, type Variant } from "../../model/release.ts";
import { formatVersion } from "../../model/version_spec.ts";
import { formatTags } from "../../launch/fit.ts";
import { findTreePaths } from "../../launch/tree_paths.ts";
import type { Context } from "../context.ts";
import { noneFits } from "../start/no_python.ts";
import { judgePythons, type Selection } from "../start/python.ts";
import type { Target } from "../start/request.ts";
import { releaseBeside } from "./named_beside.ts";
import { resolveTarget } from "../start/resolve.ts";
import type { ResolvedRelease } from "../start/resolved_release.ts";

/** What `inspect` tells, ready for JSON; nothing is fetched but the release. */
export interface Inspection {
  readonly label: string;
  readonly app?: string;
  readonly version?: string;
  readonly digest?: string;
  /** The release that was chosen with `pin` or `rollback`, whatever the registry says. */
  readonly pinned?: true;
  readonly created?: string;
  readonly python_needed?: string;
  /** What was recorded when it was packed. */
  readonly packed?: InspectedPack;
  readonly python?: { readonly path: string; readonly version: string };
  readonly misfit?: string;
  readonly entrypoints: readonly {
    readonly name: string;
    readonly starts: string;
    readonly args: readonly string[];
  }[];
  readonly variants: readonly InspectedVariant[];
  /** Only where all layers of the chosen variant are in the cache. */
  readonly pythonpath?: readonly string[];
  readonly unknown_fields: readonly string[];
}

export interface InspectedPack {
  /** of git */
  readonly commit?: string;
  /** Files differed from that commit. */
  readonly dirty?: true;
  readonly licenses: readonly string[];
  readonly sbom?: { readonly digest: Sha256; readonly size: number };
}

export interface InspectedVariant {
  readonly tags: string;
  readonly chosen: boolean;
  readonly fits: boolean;
  /** Why it was chosen, why another one was preferred, or what is in the way. */
  readonly why: string;
  readonly system_libs: readonly string[];
  /** the oldest that its files load with, where that was recorded */
  readonly glibc?: string;
  readonly layers: readonly {
    /** Absent where the release leaves it to the layer's bytes. */
    readonly kind?: string;
    /** file name of a wheel */
    readonly name?: string;
    readonly digest: LayerDigest;
    readonly size?: number;
    readonly unpacked_size?: number;
    readonly cached: boolean;
    readonly path: string;
  }[];
}

/**
 * `edgeboot inspect`: the release, the variant that is chosen and why, its layers, and what is cached of them.
 * @throws EdgebootError of the registry and the release model
 */
export async function inspectTarget(target: Target, context: Context): Promise<Inspection> {
  const { release, source } = await resolveTarget(target, context);
  const inspection = await inspectRelease(release, context);
  return source === "pinned" ? { ...inspection, pinned: true } : inspection;
}

/** A release or channel document on disk, as its author looks at it before publishing. */
export async function inspectFile(path: string, context: Context): Promise<Inspection> {
  const text = context.host.fs.readText(path);
  const channel = parseChannel(text, path);
  const named = channel === undefined
    ? { path, text }
    : await releaseBeside(path, channel, context);
  const release = parseRelease(named.text, named.path);
  return await inspectRelease(
    { label: path, app: release.app, version: release.version, body: release },
    context,
  );
}

/** A file that was not published yet has no digest to be started by. */
type Inspected = Pick<ResolvedRelease, "label" | "app" | "version" | "body"> & {
  readonly digest?: Sha256;
};

async function inspectRelease(release: Inspected, context: Context): Promise<Inspection> {
  const { selection, verdicts } = await judge(release, context);
  const chosen = "python" in selection ? selection : undefined;
  const { body } = release;
  return {
    label: release.label,
    ...(release.app === undefined ? {} : { app: release.app }),
    ...(release.version === undefined ? {} : { version: release.version }),
    ...(release.digest === undefined ? {} : { digest: `sha256:${release.digest}` }),
    ...(body.created === undefined ? {} : { created: body.created }),
    ...(body.python === undefined ? {} : { python_needed: body.python.text }),
    ...(body.recorded === undefined ? {} : { packed: inspectPack(body.recorded) }),
    ...(chosen === undefined ? {} : {
      python: { path: chosen.python.path, version: formatVersion(chosen.python.version) },
    }),
    ...("misfit" in selection ? { misfit: selection.misfit } : {}),
    entrypoints: [...body.entryPoints].map(inspectEntryPoint),
    variants: body.variants.map((variant, index) =>
      inspectVariant(
        variant,
        chosen?.index === index ? chosen : undefined,
        verdicts[index]!,
        context,
      )
    ),
    ...pythonPath(chosen, context),
    unknown_fields: body.unknownFields,
  };
}

function inspectPack({ commit, isDirty, licenses = [], sbom }: Recorded): InspectedPack {
  return {
    ...(commit === undefined ? {} : { commit }),
    ...(isDirty === true ? { dirty: true } : {}),
    licenses,
    ...(sbom === undefined ? {} : { sbom: { digest: sbom.sha256, size: sbom.size } }),
  };
}

export interface Judged {
  readonly selection: Selection | Misfit;
  /** One for each variant, by the chosen interpreter or, where none is, by all that were asked. */
  readonly verdicts: readonly { readonly fits: boolean; readonly why: string }[];
}

interface Misfit {
  readonly misfit: string;
  readonly error: EdgebootError;
}

/** What a start would choose, and a word on each variant. */
export async function judge(release: Inspected, context: Context): Promise<Judged> {
  const { asked, selection, refusals } = await judgePythons(release, context, "always");
  const decisive = selection === undefined ? asked : asked.slice(-1);
  const verdicts = release.body.variants.map((_, index) => {
    const matches = decisive.map(({ matches }) => matches[index]!);
    const misfits = matches.flatMap((match) => match.fits ? [] : match);
    const fits = decisive.length > 0 && misfits.length === 0;
    // Of ten interpreters nine are of another version, which says nothing about this variant.
    const near = misfits.filter(({ near }) => near);
    const whys = (near.length > 0 ? near : misfits.slice(0, 1)).map(({ why }) => why);
    const preferred = "it fits, and another variant is the closer match";
    return { fits, why: fits ? preferred : [...new Set(whys)].join("; ") || "no Python here" };
  });
  if (selection !== undefined) return { selection, verdicts };
  const error = noneFits(release, refusals, context);
  return { selection: { misfit: `${error.text.what}: ${error.text.why}`, error }, verdicts };
}

function inspectEntryPoint([name, entry]: [string, EntryPoint]) {
  return { name, starts: formatEntryPoint(entry), args: entry.args };
}

function inspectVariant(
  variant: Variant,
  selection: Selection | undefined,
  verdict: Judged["verdicts"][number],
  { store }: Context,
): InspectedVariant {
  return {
    tags: formatTags(variant),
    chosen: selection !== undefined,
    fits: selection !== undefined || verdict.fits,
    why: selection?.why ?? verdict.why,
    system_libs: variant.systemLibs,
    ...(variant.glibc === undefined ? {} : { glibc: variant.glibc }),
    layers: variant.layers.map((layer) => ({
      ...(layer.kind === undefined ? {} : { kind: layer.kind }),
      ...(layer.wheel === undefined ? {} : { name: layer.wheel.file }),
      digest: layer.sha256,
      ...(layer.size === undefined ? {} : { size: layer.size }),
      ...(layer.unpackedSize === undefined ? {} : { unpacked_size: layer.unpackedSize }),
      cached: store.hasTree(layer.sha256),
      path: store.treePath(layer.sha256),
    })),
  };
}

function pythonPath(
  selection: Selection | undefined,
  { store, host }: Context,
): { pythonpath?: readonly string[] } {
  if (selection === undefined) return {};
  const { variant, python } = selection;
  if (!variant.layers.every((layer) => store.hasTree(layer.sha256))) return {};
  return {
    pythonpath: variant.layers.flatMap((layer) =>
      findTreePaths(store.treePath(layer.sha256), layer, python, host.fs).pythonPaths
    ),
  };
}
