import type { PythonInfo } from "../../src/model/python_info.ts";

/** CPython 3.11.2 of Debian 12 on x86-64, but for what is given. */
export function pythonInfo(changes: Partial<PythonInfo> = {}): PythonInfo {
  return {
    path: "/usr/bin/python3",
    version: { major: 3, minor: 11, micro: 2 },
    implementation: "cpython",
    abiFlags: "",
    machine: "x86_64",
    os: "linux",
    libc: { kind: "glibc", major: 2, minor: 36 },
    basePath: ["/usr/lib/python311.zip", "/usr/lib/python3.11"],
    ...changes,
  };
}
