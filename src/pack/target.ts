import { ANY_PYTHON } from "../model/release.ts";
import type { PythonInfo } from "../model/python_info.ts";

/** What a pack is for: one Python tag, ABI and platform, as wheels are tagged. */
export interface PackTarget {
  /** `cp311` */
  readonly pythonTag: string;
  /** `cp311` */
  readonly abi: string;
  /** `manylinux_2_28_x86_64`, the newest that is accepted; `any` for {@link ANY_TARGET} alone */
  readonly platform: string;
  /** `3.11` */
  readonly python: string;
}

/** Of a pack that has no dependencies, where nobody names a Python: what any Python runs. */
export const ANY_TARGET: PackTarget = { ...ANY_PYTHON, python: "3" };

/** `3.11`, or `3.13t` of a free-threaded build (PEP 703) */
const PYTHON = /^3\.\d{1,2}t?$/;
const PLATFORM = /^(?:(?:manylinux|musllinux)_\d+_\d+|linux|macosx_\d+_\d+)_\w+$/;

/** Whether a text can be one of `--python`. */
export function isPythonVersion(text: string): boolean {
  return PYTHON.test(text);
}

/** Whether a text can be one of `--platform`: a tag of wheels (PEP 425, 600, 656). */
export function isPlatform(text: string): boolean {
  return PLATFORM.test(text);
}

/** The target of CPython of one version, for a platform. */
export function targetOf(python: string, platform: string): PackTarget {
  const digits = python.replace(".", "");
  return { pythonTag: `cp${digits.replace("t", "")}`, abi: `cp${digits}`, platform, python };
}

/** `cp311-manylinux_2_28_x86_64`, for messages and as a key. */
export function targetName({ abi, platform }: PackTarget): string {
  return `${abi}-${platform}`;
}

/** An interpreter of the target, as far as wheel tags can tell it from others. */
export function interpreterOf({ python, platform }: PackTarget): PythonInfo {
  const [major, minor] = python.replace("t", "").split(".").map(Number) as [number, number?];
  const [, family, first, second, machine] =
    /^(manylinux|musllinux|macosx)_(\d+)_(\d+)_(\w+)$/.exec(platform) ?? [];
  const isMac = family === "macosx";
  const libc = family === "manylinux" ? "glibc" : family === "musllinux" ? "musl" : undefined;
  return {
    path: "",
    version: { major, minor: minor ?? 0, micro: 0 },
    implementation: "cpython",
    abiFlags: python.endsWith("t") ? "t" : "",
    machine: machine ?? platform.replace(/^linux_/, ""),
    os: isMac ? "darwin" : "linux",
    libc: libc && { kind: libc, major: Number(first), minor: Number(second) },
    basePath: [],
  };
}
