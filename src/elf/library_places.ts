import { type CachedLibrary, parseLdCache } from "./ld_cache.ts";
import { ARCHITECTURES } from "./machines.ts";
import type { PythonInfo } from "../model/python_info.ts";
import type { Look as WholeLook } from "./look.ts";

type Look = Pick<WholeLook, "readBytes">;

type Machine = Pick<PythonInfo, "libc" | "machine">;

/** Paths by soname, of /etc/ld.so.cache, for this architecture. */
export function cachedPaths({ machine }: Machine, look: Look): Map<string, string[]> {
  const paths = new Map<string, string[]>();
  const flags = ARCHITECTURES[machine]?.flags;
  for (const library of cachedLibraries(look)) {
    if (flags !== undefined && library.flags !== flags) continue;
    paths.set(library.soname, [...paths.get(library.soname) ?? [], library.path]);
  }
  return paths;
}

function cachedLibraries(look: Look): CachedLibrary[] {
  const bytes = look.readBytes("/etc/ld.so.cache");
  // Images without ldconfig have none; the loader then goes by the directories alone, as we do.
  return bytes === undefined ? [] : parseLdCache(bytes);
}

/** Where the loader looks last. */
export function defaultDirectories({ libc, machine }: Machine, look: Look): string[] {
  if (libc?.kind === "musl") return muslDirectories(machine, look);
  const triple = ARCHITECTURES[machine]?.triple;
  const multiarch = triple === undefined ? [] : [`/lib/${triple}`, `/usr/lib/${triple}`];
  return [...multiarch, "/lib64", "/usr/lib64", "/lib", "/usr/lib"];
}

/** musl's ldso/dynlink.c: /etc/ld-musl-ARCH.path, separated by newlines or colons, replaces these. */
function muslDirectories(machine: string, look: Look): string[] {
  const arch = machine === "i686" ? "i386" : machine === "armv7l" ? "armhf" : machine;
  const bytes = look.readBytes(`/etc/ld-musl-${arch}.path`);
  if (bytes === undefined) return ["/lib", "/usr/local/lib", "/usr/lib"];
  return new TextDecoder().decode(bytes).split(/[:\n]/)
    .map((line) => line.trim()).filter((line) => line !== "");
}
