import { type FileSystem, FsError } from "../host/ports.ts";
import { type CachedLibrary, parseLdCache } from "./ld_cache.ts";
import { ARCHITECTURES } from "./machines.ts";
import type { PythonInfo } from "../model/python_info.ts";

type Machine = Pick<PythonInfo, "libc" | "machine">;
type Look = Pick<FileSystem, "readBytes" | "readText">;

/** Paths by soname, of /etc/ld.so.cache, for this architecture. */
export function cachedPaths({ machine }: Machine, fs: Look): Map<string, string[]> {
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

/** Where the loader looks last. */
export function defaultDirectories({ libc, machine }: Machine, fs: Look): string[] {
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
