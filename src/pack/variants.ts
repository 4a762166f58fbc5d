import type { PackedVariant } from "./release_document.ts";
import { ANY_TARGET, type PackTarget } from "./target.ts";

/** What in the layers of a variant asks for a certain Python or machine. */
export interface Demands {
  /** Of wheels, also those that were packed into a layer: the tags that fit. */
  readonly wheels: readonly { readonly abi: string; readonly platform: string }[];
  /** Something in the layers is made for one version alone, as bytecode is. */
  readonly isBoundToVersion: boolean;
  /** The oldest glibc that native files load with, and whether there are any. */
  readonly glibc: string | undefined;
  readonly isNative: boolean;
}

/**
 * The tags of a variant: those of the target where something compiled is in it, and no more than what is needed
 * otherwise. The version of Python stays the target's: another one may need other dependencies (PEP 508 markers).
 */
export function tagsOf(
  target: PackTarget,
  { wheels, glibc, isNative, isBoundToVersion }: Demands,
): Pick<PackedVariant, "pythonTag" | "abi" | "platform"> {
  const { pythonTag } = target;
  const own = wheels.some(({ abi }) => abi.split(".").every((tag) => /^(?:cp|pypy)/.test(tag)));
  const abi = target === ANY_TARGET || !own && !isBoundToVersion ? "none" : target.abi;
  const native = wheels.map(({ platform }) => platform).filter((platform) => platform !== "any");
  if (native.length === 0 && !isNative) return { pythonTag, abi, platform: "any" };
  return { pythonTag, abi, platform: platformOf(target, native, glibc) };
}

/** The newest glibc that a wheel or a file asks for; the target's platform where none is named. */
function platformOf(
  { platform }: PackTarget,
  wheels: readonly string[],
  glibc: string | undefined,
): string {
  const own = /^manylinux_(\d+)_(\d+)_(\w+)$/.exec(platform);
  if (own === null) return platform;
  const [, , , machine] = own;
  const asked = wheels.map((tags) => oldestIn(tags.split("."), machine!)).concat(minorOf(glibc));
  const minor = Math.max(...asked.filter((minor) => minor !== undefined), OLDEST_MINOR);
  return `manylinux_2_${minor}_${machine}`;
}

/** manylinux2014, which every architecture and every supported distribution has. */
const OLDEST_MINOR = 17;
const LEGACY: Readonly<Record<string, number>> = {
  manylinux1: 5,
  manylinux2010: 12,
  manylinux2014: 17,
};

/** Of a wheel with several tags the one that asks for least. */
function oldestIn(tags: readonly string[], machine: string): number | undefined {
  const minors = tags.flatMap((tag) => {
    const modern = new RegExp(`^manylinux_2_(\\d+)_${machine}$`).exec(tag);
    if (modern !== null) return [Number(modern[1])];
    const legacy = LEGACY[tag.replace(`_${machine}`, "")];
    return legacy === undefined ? [] : [legacy];
  });
  return minors.length === 0 ? undefined : Math.min(...minors);
}

function minorOf(glibc: string | undefined): number | undefined {
  return glibc === undefined ? undefined : Number(glibc.split(".")[1]);
}

/** Variants with the same layers are one: `cp311.cp312`, as a wheel's tags may be a set. */
export function mergeVariants(variants: readonly PackedVariant[]): PackedVariant[] {
  const merged = new Map<string, PackedVariant>();
  for (const variant of variants) {
    const key = JSON.stringify([variant.platform, variant.layers.map(({ sha256 }) => sha256)]);
    const before = merged.get(key);
    merged.set(
      key,
      before === undefined ? variant : {
        ...before,
        pythonTag: joined(before.pythonTag, variant.pythonTag),
        abi: joined(before.abi, variant.abi),
      },
    );
  }
  return [...merged.values()];
}

function joined(tags: string, tag: string): string {
  return tags.split(".").includes(tag) ? tags : `${tags}.${tag}`;
}
