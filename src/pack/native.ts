import type { Elf } from "../elf/file.ts";
import { importability, isModule } from "../elf/names.ts";

/** One ELF file of a layer: what it is called, and what it needs. */
export interface NativeObject {
  /** Names that others need it by: its file's, and the one it says itself. */
  readonly names: readonly string[];
  /** Python may import it, so that what it lacks is an ImportError. */
  readonly isModule: boolean;
  readonly needed: readonly string[];
  /** The newest version of glibc that it asks for, as two numbers; undefined: it asks for none. */
  readonly glibc?: readonly [number, number];
}

/** undefined for what no loader loads. */
export function nativeObject(path: string, elf: Elf): NativeObject | undefined {
  if (elf.type === "other") return undefined;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const glibc = newestGlibc(elf);
  return {
    names: elf.soname === undefined || elf.soname === name ? [name] : [name, elf.soname],
    isModule: isModule(path) && importability(path) !== "other-python",
    needed: elf.needed,
    ...(glibc === undefined ? {} : { glibc }),
  };
}

type Version = readonly [number, number];

/** The versions of its symbols (LSB core, 10.7); a weak one may be missing. */
function newestGlibc({ versionNeeds }: Elf): Version | undefined {
  let newest: Version | undefined;
  for (const { version, weak } of versionNeeds) {
    const match = /^GLIBC_(\d+)\.(\d+)/.exec(version);
    if (match === null || weak) continue;
    const found = [Number(match[1]), Number(match[2])] as const;
    if (newest === undefined || isNewer(found, newest)) newest = found;
  }
  return newest;
}

function isNewer([a, b]: Version, [c, d]: Version): boolean {
  return a > c || a === c && b > d;
}

/** `2.17`: the oldest glibc that all of them load with; undefined where none asks for one. */
export function leastGlibc(objects: readonly NativeObject[]): string | undefined {
  let least: Version | undefined;
  for (const { glibc } of objects) {
    if (glibc !== undefined && (least === undefined || isNewer(glibc, least))) least = glibc;
  }
  return least?.join(".");
}

/** The C library itself, in its parts: whether it is new enough is another question. */
const OF_LIBC =
  /^(?:lib(?:c|m|dl|rt|pthread|util|resolv|nsl|anl|mvec|crypt_r|BrokenLocale)\.so\.\d+|ld-(?:linux|musl)[\w.-]*\.so[.\d]*|ld64\.so\.\d|libc\.musl-\w+\.so\.1|linux-vdso\.so\.1)$/;

/**
 * What the modules of an app need of the system to be imported: by way of libraries that come along with them,
 * too, but not what such a library alone needs that no module does, as a plugin that nobody may ever open.
 * @returns sonames, sorted
 */
export function systemLibraries(objects: readonly NativeObject[]): string[] {
  const byName = new Map<string, NativeObject>();
  for (const object of objects) for (const name of object.names) byName.set(name, object);
  const seen = new Set<NativeObject>();
  const missing = new Set<string>();
  const queue = objects.filter(({ isModule }) => isModule);
  for (const object of queue) {
    if (seen.has(object)) continue;
    seen.add(object);
    for (const name of object.needed) {
      const own = byName.get(name);
      if (own !== undefined) queue.push(own);
      else if (!OF_LIBC.test(name)) missing.add(name);
    }
  }
  return [...missing].sort();
}
