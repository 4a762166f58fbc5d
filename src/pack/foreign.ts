import { matchTags } from "../python/tags.ts";
import { interpreterOf, type PackTarget } from "./target.ts";

/** Why something that is installed is of no use on the machines of a target, as the rest of a sentence. */
type Why = string;

/** The file names of extension modules (PEP 3149), of CPython on POSIX and on Windows. */
const EXTENSION = /\.(?:cpython-(\d)(\d+)([a-z]*)-([\w]+)|(abi3))\.so$/;
const OTHER_SYSTEM = /\.(?:pyd|dll)$/i;
const MAC = /(?:-darwin\.so|\.dylib)$/;

/** @param path of an installed file @returns undefined where its name says nothing against it */
export function foreignFile(path: string, target: PackTarget): Why | undefined {
  const python = interpreterOf(target);
  if (OTHER_SYSTEM.test(path)) return "is for Windows";
  if (MAC.test(path)) return python.os === "darwin" ? undefined : "is for macOS";
  const match = EXTENSION.exec(path);
  if (match === null || match[5] !== undefined) return undefined;
  const [, major, minor, flags, platform] = match as unknown as [string, ...string[]];
  const { version, abiFlags, machine } = python;
  if (Number(major) !== version.major || Number(minor) !== version.minor || flags !== abiFlags) {
    return `is for Python ${major}.${minor}${flags}`;
  }
  const own = machine === "i686" ? "i386" : machine.replace(/^armv7l$/, "arm");
  if (!platform!.startsWith(`${own}-`) && !platform!.startsWith(own)) return `is for ${platform}`;
  const libc = platform!.includes("musl")
    ? "musl"
    : platform!.includes("gnu")
    ? "glibc"
    : undefined;
  return libc === undefined || libc === python.libc?.kind ? undefined : `needs ${libc}`;
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
