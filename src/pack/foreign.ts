import { matchTags } from "../python/tags.ts";
import { interpreterOf, type PackTarget } from "./target.ts";

/** Why something that is installed is of no use on the machines of a target, as the rest of a sentence. */
type Why = string;

/** The file name of an extension module of CPython on POSIX (PEP 3149); that of `abi3` names no machine. */
const EXTENSION = /\.cpython-(\d)(\d+)([a-z]*)-([\w-]+)\.so$/;
const WINDOWS = /\.(?:pyd|dll)$/i;

/** @param path of an installed file @returns undefined where its name says nothing against it */
export function foreignFile(path: string, target: PackTarget): Why | undefined {
  const { version, abiFlags, os } = interpreterOf(target);
  if (WINDOWS.test(path)) return "is for Windows";
  if (path.endsWith(".dylib")) return os === "darwin" ? undefined : "is for macOS";
  const match = EXTENSION.exec(path);
  if (match === null) return undefined;
  const [, major, minor, flags, triplet] = match as unknown as [string, ...string[]];
  const isVersion = Number(major) === version.major && Number(minor) === version.minor;
  if (!isVersion || flags !== abiFlags) return `is for Python ${major}.${minor}${flags}`;
  return foreignTriplet(triplet!, target);
}

/** Debian's multiarch tuple: `x86_64-linux-gnu`; on macOS no more than `darwin`. */
function foreignTriplet(triplet: string, target: PackTarget): Why | undefined {
  const { machine, os, libc } = interpreterOf(target);
  if (triplet === "darwin") return os === "darwin" ? undefined : "is for macOS";
  const own = { i686: "i386", armv7l: "arm" }[machine] ?? machine;
  const [cpu, ...rest] = triplet.split("-");
  if (os !== "linux" || cpu !== own) return `is for ${triplet}`;
  const needed = rest.at(-1)?.startsWith("musl") ? "musl" : "glibc";
  return libc === undefined || libc.kind === needed ? undefined : `needs ${needed}`;
}

/** @param text of `*.dist-info/WHEEL`, which says as what the project was installed */
export function foreignWheel(text: string, target: PackTarget): Why | undefined {
  const tags = [...text.matchAll(/^Tag:\s*(\S+)-(\S+)-(\S+)\s*$/gmi)];
  if (tags.length === 0) return undefined;
  const matches = tags.map(([, pythonTag, abi, platform]) =>
    matchTags({ pythonTag: pythonTag!, abi: abi!, platform: platform! }, interpreterOf(target))
  );
  const misfits = matches.flatMap((match) => match.fits ? [] : [match.why]);
  return misfits.length < matches.length ? undefined : misfits[0];
}
