import { type FileSystem, FsError } from "../host/ports.ts";
import { type CachedLibrary, parseLdCache } from "./ld_cache.ts";
import { packageOf } from "./library_packages.ts";
import type { PythonInfo } from "./python_info.ts";

type Look = Pick<FileSystem, "stat" | "readBytes" | "readText" | "openRead">;
type Machine = Pick<PythonInfo, "libc" | "machine" | "os">;

/** FLAG_ELF_LIBC6 with the architecture's FLAG_… of glibc's sysdeps/generic/ldconfig.h; e_machine. */
const ARCHITECTURES: Readonly<Record<string, { flags: number; elf: number; triple: string }>> = {
  x86_64: { flags: 0x0303, elf: 62, triple: "x86_64-linux-gnu" },
  aarch64: { flags: 0x0a03, elf: 183, triple: "aarch64-linux-gnu" },
  i686: { flags: 0x0003, elf: 3, triple: "i386-linux-gnu" },
  armv7l: { flags: 0x0903, elf: 40, triple: "arm-linux-gnueabihf" },
  ppc64le: { flags: 0x0503, elf: 21, triple: "powerpc64le-linux-gnu" },
  s390x: { flags: 0x0403, elf: 22, triple: "s390x-linux-gnu" },
  riscv64: { flags: 0x1003, elf: 243, triple: "riscv64-linux-gnu" },
};

/**
 * Which of `sonames` the loader would not find for a process of this interpreter, in its order
 * (ld.so(8)): LD_LIBRARY_PATH, ld.so.cache, default directories; musl's: LD_LIBRARY_PATH, then the
 * directories of its path file. On other systems nothing is looked up and nothing is missing.
 */
export function missingLibraries(
  sonames: readonly string[],
  machine: Machine,
  libraryPath: string | undefined,
  fs: Look,
): string[] {
  if (machine.os !== "linux") return [];
  const stated = (libraryPath ?? "").split(/[:;]/).filter((path) => path.startsWith("/"));
  const places = [...stated, ...defaultDirectories(machine, fs)];
  const cached = machine.libc?.kind === "glibc" ? readCache(machine, fs) : new Map();
  return [...new Set(sonames)].filter((soname) => {
    const paths = [...cached.get(soname) ?? [], ...places.map((place) => `${place}/${soname}`)];
    return !paths.some((path) => isLibrary(path, machine, fs));
  });
}

/** `libpq.so.5 (Debian and Ubuntu: apt-get install libpq5)`. */
export function describeMissing(sonames: readonly string[]): string {
  return sonames.map((soname) => {
    const name = packageOf(soname);
    return name === undefined ? soname : `${soname} (Debian, Ubuntu: apt-get install ${name})`;
  }).join(", ");
}

function readCache({ machine }: Machine, fs: Look): Map<string, string[]> {
  const paths = new Map<string, string[]>();
  const flags = ARCHITECTURES[machine]?.flags;
  for (const library of cachedLibraries(fs)) {
    if (flags !== undefined && library.flags !== flags) continue;
    paths.set(library.soname, [...paths.get(library.soname) ?? [], library.path]);
  }
  return paths;
}

function cachedLibraries(fs: Look): CachedLibrary[] {
  try {
    return parseLdCache(fs.readBytes("/etc/ld.so.cache"));
  } catch (error) {
    // Images without ldconfig have none; the loader then goes by the directories alone, as we do.
    if (error instanceof FsError) return [];
    throw error;
  }
}

function defaultDirectories({ libc, machine }: Machine, fs: Look): string[] {
  if (libc?.kind === "musl") return muslDirectories(machine, fs);
  const triple = ARCHITECTURES[machine]?.triple;
  const multiarch = triple === undefined ? [] : [`/lib/${triple}`, `/usr/lib/${triple}`];
  return [...multiarch, "/lib64", "/usr/lib64", "/lib", "/usr/lib"];
}

/** musl's ldso/dynlink.c: /etc/ld-musl-ARCH.path, separated by newlines or colons, replaces these. */
function muslDirectories(machine: string, fs: Look): string[] {
  const arch = machine === "i686" ? "i386" : machine === "armv7l" ? "armhf" : machine;
  try {
    const text = fs.readText(`/etc/ld-musl-${arch}.path`);
    return text.split(/[:\n]/).map((line) => line.trim()).filter((line) => line !== "");
  } catch (error) {
    if (error instanceof FsError) return ["/lib", "/usr/local/lib", "/usr/lib"];
    throw error;
  }
}

/** The loader passes over files of another architecture, such as /lib's 32-bit libraries. */
function isLibrary(path: string, { machine }: Machine, fs: Look): boolean {
  try {
    if (fs.stat(path)?.kind !== "file") return false;
    const file = fs.openRead(path);
    const head = new Uint8Array(20);
    try {
      if (file.read(head) !== head.length) return false;
    } finally {
      file.close();
    }
    const expected = ARCHITECTURES[machine]?.elf;
    const isElf = head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
    const little = head[5] === 1;
    const found = little ? head[18]! + head[19]! * 256 : head[18]! * 256 + head[19]!;
    return isElf && (expected === undefined || found === expected);
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
}
