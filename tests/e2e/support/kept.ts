import { CACHED } from "./binary.ts";

/**
 * Something that is expensive to make, made once: `make` writes it to the path that it is given, and
 * the result is `path` from then on, in this run and in later ones. A lock keeps two test files that
 * run at the same time from making it twice.
 */
export async function kept(name: string, make: (path: string) => Promise<void>): Promise<string> {
  const path = `${CACHED}/${name}`;
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  if (exists(path)) return path;
  using lock = await Deno.open(`${path}.lock`, { create: true, write: true });
  await lock.lock(true);
  try {
    if (exists(path)) return path;
    const aside = `${path}.${crypto.randomUUID()}`;
    try {
      await make(aside);
      await Deno.rename(aside, path);
    } catch (error) {
      await Deno.remove(aside, { recursive: true }).catch(() => {});
      throw error;
    }
    return path;
  } finally {
    await lock.unlock();
  }
}

export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
