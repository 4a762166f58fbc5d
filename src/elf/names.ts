import type { PythonInfo } from "../model/python_info.ts";

/**
 * Whether a file can be an extension module, by its name (PEP 3149): `x.cpython-311-x86_64-linux-gnu.so`,
 * `x.abi3.so`; a bare `x.so` may be one, and may as well be a library that something opens by its path.
 */
export function importability(
  path: string,
  python?: Pick<PythonInfo, "version" | "abiFlags" | "implementation">,
): "module" | "other-python" | "maybe" {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const tag = /^[^.]+\.([^.]+)\.so$/.exec(name)?.[1];
  if (tag === "abi3") return "module";
  const cpython = /^cpython-(\d)(\d+)([a-z]*)-/.exec(tag ?? "");
  if (cpython !== null) {
    if (python === undefined) return "module";
    const { version: { major, minor }, abiFlags, implementation } = python;
    const own = implementation === "cpython" && Number(cpython[1]) === major &&
      Number(cpython[2]) === minor && (cpython[3] ?? "") === abiFlags;
    return own ? "module" : "other-python";
  }
  const isPypy = /^pypy\d+-/.test(tag ?? "");
  return isPypy && python?.implementation !== "pypy" ? "other-python" : "maybe";
}

/** What Python may import, as far as a name can tell; plugins and libraries are called lib…, or something else. */
export function isModule(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const kind = importability(path);
  return kind === "module" || (kind === "maybe" && /^(?!lib)[^.]+\.so$/.test(name));
}
