import type { Variant } from "../model/release.ts";
import type { Libc, PythonInfo } from "../model/python_info.ts";

/**
 * Wheel tags (PEP 425, 600, 656) of one variant against one interpreter. Higher ranks are more
 * specific; a misfit says in words what would have fitted.
 */
export type Match =
  | { readonly fits: true; readonly rank: number }
  | {
    readonly fits: false;
    readonly why: string;
    /** It is made for this Python: only the machine is in the way. */
    readonly near?: true;
  };

/** A variant fits where its own tags do, and those of every wheel among its layers. */
export function matchVariant(variant: Variant, python: PythonInfo): Match {
  const match = matchTags(variant, python);
  if (!match.fits) return match;
  for (const { wheel } of variant.layers) {
    const own = wheel === undefined ? match : matchTags(wheel, python);
    if (!own.fits) return { ...own, why: `${wheel!.file} does not fit: ${own.why}` };
  }
  return match;
}

/** The tags of a variant, or of one wheel. */
export type Tagged = Pick<Variant, "pythonTag" | "abi" | "platform">;

/** Any tag may be a compressed set, `py2.py3`: one fitting member is enough. */
export function matchTags(variant: Tagged, python: PythonInfo): Match {
  const interpreter = matchInterpreter(variant, python);
  if (!interpreter.fits) return interpreter;
  const platform = best(variant.platform.split(".").map((tag) => matchPlatform(tag, python)));
  if (!platform.fits) return { ...platform, near: true };
  return { fits: true, rank: interpreter.rank * 10_000 + platform.rank };
}

function matchInterpreter(variant: Tagged, python: PythonInfo): Match {
  const pairs = variant.pythonTag.split(".").flatMap((tag) =>
    variant.abi.split(".").map((abi) => matchPair(tag, abi, python))
  );
  const match = best(pairs);
  if (match.fits) return match;
  return misfit(
    `it is built for ${variant.pythonTag}-${variant.abi}, this Python is ${ownTag(python)}`,
  );
}

/** `cp311-cp311`, the tag of extension modules built by this very interpreter. */
export function ownTag({ version, abiFlags, implementation }: PythonInfo): string {
  const digits = `${version.major}${version.minor}`;
  if (implementation === "pypy") return `pp${digits}`;
  if (implementation !== "cpython") return `${implementation}${digits}`;
  return `cp${digits}-cp${digits}${abiFlags}`;
}

const NO_MATCH: Match = { fits: false, why: "" };

/** PEP 384. */
const FIRST_LIMITED_API = 2;

/** Exact ABI over abi3 (the newer the better) over none with a version over py3-none. */
function matchPair(tag: string, abi: string, python: PythonInfo): Match {
  const { major, minor } = python.version;
  const parsed = /^(cp|py|pp)(\d)(\d*)$/.exec(tag);
  if (parsed === null || Number(parsed[2]) !== major) return NO_MATCH;
  const tagMinor = parsed[3] === "" ? undefined : Number(parsed[3]);
  if (tagMinor !== undefined && tagMinor > minor) return NO_MATCH;
  if (parsed[1] === "py") {
    return abi === "none" ? { fits: true, rank: 50 + (tagMinor ?? -1) } : NO_MATCH;
  }
  if (parsed[1] === "pp") return matchPyPy(tagMinor, abi, python);
  if (python.implementation !== "cpython" || tagMinor === undefined) return NO_MATCH;
  if (abi === "abi3") {
    // The limited API of a GIL build does not load in a free-threaded one (PEP 703).
    const loads = !python.abiFlags.includes("t") && tagMinor >= FIRST_LIMITED_API;
    return loads ? { fits: true, rank: 200 + tagMinor } : NO_MATCH;
  }
  if (tagMinor !== minor) return NO_MATCH;
  if (abi === `cp${major}${minor}${python.abiFlags}`) return { fits: true, rank: 400 };
  // A debug build loads what is built for the release build since 3.8 (bpo-36465).
  if (python.abiFlags.includes("d") && minor >= 8) {
    const release = python.abiFlags.replace("d", "");
    if (abi === `cp${major}${minor}${release}`) return { fits: true, rank: 399 };
  }
  return abi === "none" ? { fits: true, rank: 150 } : NO_MATCH;
}

/**
 * `pp310-pypy310_pp73`: the Python version, then PyPy's own ABI, which has been pp73 since 2019. PyPy
 * would refuse any other at import; nothing that it can be asked says so in advance.
 */
function matchPyPy(tagMinor: number | undefined, abi: string, python: PythonInfo): Match {
  const { major, minor } = python.version;
  if (python.implementation !== "pypy") return NO_MATCH;
  if (abi === `pypy${major}${minor}_pp73` && tagMinor === minor) return { fits: true, rank: 400 };
  return abi === "none" && (tagMinor ?? minor) === minor ? { fits: true, rank: 150 } : NO_MATCH;
}

/** PEP 600: the older names are aliases of a glibc version. */
const LEGACY_MANYLINUX: Readonly<Record<string, string>> = {
  manylinux1: "manylinux_2_5",
  manylinux2010: "manylinux_2_12",
  manylinux2014: "manylinux_2_17",
};

/** One platform tag, not a set of them, against the machine of an interpreter. */
export function matchPlatform(tag: string, python: PythonInfo): Match {
  if (tag === "any") return { fits: true, rank: 0 };
  const modern = tag.replace(/^manylinux(?:1|2010|2014)(?=_)/, (name) => LEGACY_MANYLINUX[name]!);
  const libc = /^(manylinux|musllinux)_(\d+)_(\d+)_(\w+)$/.exec(modern);
  if (libc !== null) {
    return matchLibc(tag, libc[1]!, Number(libc[2]), Number(libc[3]), libc[4]!, python);
  }
  const linux = /^linux_(\w+)$/.exec(tag);
  if (linux !== null) {
    if (python.os !== "linux") return wrongOs(tag, python);
    return linux[1] === python.machine ? { fits: true, rank: 1 } : wrongMachine(linux[1]!, python);
  }
  const mac = /^macosx_\d+_\d+_(\w+)$/.exec(tag);
  if (mac !== null) {
    if (python.os !== "darwin") return wrongOs(tag, python);
    const fits = mac[1] === python.machine || mac[1] === "universal2";
    return fits ? { fits: true, rank: 1 } : wrongMachine(mac[1]!, python);
  }
  return misfit(`the platform tag ${tag} is not known here`);
}

/** manylinux1 is glibc 2.5 on Intel; every other architecture came with manylinux2014. */
function oldestManylinux(machine: string): number {
  return machine === "x86_64" || machine === "i686" ? 5 : 17;
}

function matchLibc(
  tag: string,
  family: string,
  major: number,
  minor: number,
  machine: string,
  python: PythonInfo,
): Match {
  if (python.os !== "linux") return wrongOs(tag, python);
  if (machine !== python.machine) return wrongMachine(machine, python);
  const wanted = family === "manylinux" ? "glibc" : "musl";
  if (python.libc?.kind !== wanted) {
    return misfit(`it needs ${wanted}, this machine has ${formatLibc(python.libc)}`);
  }
  const { libc } = python;
  if (wanted === "glibc" && major === 2 && minor < oldestManylinux(machine)) {
    return misfit(`${tag} does not exist: no manylinux is that old`);
  }
  if (libc.major !== major || libc.minor < minor) {
    return misfit(
      `it needs ${wanted} ${major}.${minor} or newer, this machine has ${libc.major}.` +
        `${libc.minor}`,
    );
  }
  // Built against a newer library is the closer match; above plain linux and any.
  return { fits: true, rank: 10 + minor };
}

/** `glibc 2.36`, for messages. */
export function formatLibc(libc: Libc | undefined): string {
  return libc === undefined ? "neither glibc nor musl" : `${libc.kind} ${libc.major}.${libc.minor}`;
}

function wrongMachine(machine: string, python: PythonInfo): Match {
  return misfit(`it is built for ${machine}, this Python is ${python.machine}`);
}

function wrongOs(tag: string, python: PythonInfo): Match {
  return misfit(`it is built for ${tag}, this system is ${python.os}`);
}

function misfit(why: string): Match {
  return { fits: false, why };
}

function best(matches: readonly Match[]): Match {
  return matches.reduce((a, b) => {
    if (a.fits && b.fits) return a.rank >= b.rank ? a : b;
    return a.fits ? a : b.fits ? b : a;
  }, matches[0] ?? NO_MATCH);
}
