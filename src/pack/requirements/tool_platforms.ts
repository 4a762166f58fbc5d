import type { PackTarget } from "../target.ts";

/** glibc versions that uv knows platforms of, the newest last. */
const GLIBC_OF_UV = [17, 28, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40];
const MACHINES_OF_UV = new Set(["x86_64", "aarch64"]);

/** `--python-platform` of uv: the newest that is not newer; undefined where it has none of the kind. */
export function uvPlatform({ platform }: PackTarget): string | undefined {
  const [, family, first, second, machine] =
    /^(manylinux|musllinux|macosx)_(\d+)_(\d+)_(\w+)$/.exec(platform) ?? [];
  if (family === "macosx") {
    const cpu = machine === "arm64" ? "aarch64" : machine;
    return MACHINES_OF_UV.has(cpu!) ? `${cpu}-apple-darwin` : undefined;
  }
  if (machine === undefined || !MACHINES_OF_UV.has(machine)) return undefined;
  if (family === "musllinux") return `${machine}-unknown-linux-musl`;
  const glibc = GLIBC_OF_UV.findLast((minor) => minor <= Number(second));
  return first !== "2" || glibc === undefined ? undefined : `${machine}-manylinux_2_${glibc}`;
}

/** PEP 600: the older names of glibc versions. */
const LEGACY: Readonly<Record<number, string>> = {
  ...{ 17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1" },
};
const OLDEST_GLIBC = 5;

/** All that pip is to take for a target: it knows of no order among them. */
export function pipPlatforms({ platform }: PackTarget): string[] {
  const [, family, major, minor, machine] =
    /^(manylinux|musllinux)_(\d+)_(\d+)_(\w+)$/.exec(platform) ?? [];
  if (family === undefined) return [platform];
  const platforms: string[] = [];
  const oldest = family === "manylinux" ? OLDEST_GLIBC : 0;
  for (let version = Number(minor); version >= oldest; version--) {
    platforms.push(`${family}_${major}_${version}_${machine}`);
    const legacy = family === "manylinux" ? LEGACY[version] : undefined;
    if (legacy !== undefined) platforms.push(`${legacy}_${machine}`);
  }
  return [...platforms, `linux_${machine}`];
}
