import { type FileSystem, FsError } from "../../host/ports.ts";

export interface Mount {
  readonly point: string;
  /** ext4, tmpfs, overlay, nfs4 … */
  readonly type: string;
  readonly options: readonly string[];
}

/**
 * /proc/self/mountinfo (proc(5)): `36 35 98:0 / /mnt rw,noatime master:1 - ext3 /dev/root rw,errors=continue`;
 * spaces in paths are `\040`.
 */
export function parseMounts(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const [own = "", device = ""] = line.split(" - ");
    const [, , , , point, options] = own.split(" ");
    const [type, , deviceOptions] = device.split(" ");
    if (point === undefined || options === undefined || type === undefined) return [];
    const unescaped = point.replace(
      /\\([0-7]{3})/g,
      (_, code) => String.fromCharCode(parseInt(code, 8)),
    );
    const all = [...options.split(","), ...(deviceOptions ?? "").split(",")];
    return [{ point: unescaped, type, options: all.filter((option) => option !== "") }];
  });
}

/** The mount that a path lies on: the longest point above it, of equal ones the last. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  const above = mounts.filter(({ point }) =>
    point === "/" || path === point || path.startsWith(`${point}/`)
  );
  return above.reduce<Mount | undefined>(
    (best, each) => each.point.length >= (best?.point.length ?? 0) ? each : best,
    undefined,
  );
}

/** What is mounted in this mount namespace, from /proc/self/mountinfo; empty where there is none. */
export function readMounts(fs: Pick<FileSystem, "readText">): Mount[] {
  try {
    return parseMounts(fs.readText("/proc/self/mountinfo"));
  } catch (error) {
    if (error instanceof FsError) return [];
    throw error;
  }
}
