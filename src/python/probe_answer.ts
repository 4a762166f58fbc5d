import type { Libc, PythonInfo } from "../model/python_info.ts";

export interface ProbeAnswer {
  readonly info: PythonInfo;
  /** `sys.executable`: another file than the one that was run where that is a shim. */
  readonly executable: string;
}

/** Parses what the program of probe_program.ts printed; undefined where it is not such an answer. */
export function parseProbe(path: string, text: string): ProbeAnswer | undefined {
  let said: Record<string, unknown>;
  try {
    // A sitecustomize of the base image may print before.
    said = JSON.parse(text.trimEnd().split("\n").at(-1)!);
  } catch {
    return undefined;
  }
  if (!Array.isArray(said?.version) || typeof said.executable !== "string") return undefined;
  // An answer to an older edgeboot, which did not ask: ask again.
  if (said.venv === undefined) return undefined;
  const [major, minor, micro] = said.version as number[];
  const info: PythonInfo = {
    path,
    version: { major: major ?? 0, minor: minor ?? 0, micro: micro ?? 0 },
    implementation: String(said.implementation),
    abiFlags: String(said.abiflags ?? ""),
    machine: String(said.machine),
    os: said.os === "Linux" ? "linux" : said.os === "Darwin" ? "darwin" : "other",
    libc: parseLibc(String(said.libc ?? "")),
    basePath: Array.isArray(said.path) ? said.path.map(String) : [],
    ...parseVenv(said.venv),
  };
  return { info, executable: said.executable };
}

function parseVenv(said: unknown): Pick<PythonInfo, "venv"> {
  if (typeof said !== "object" || said === null) return {};
  const { base, site, seesSystem } = said as Record<string, unknown>;
  return { venv: { base: String(base), site: String(site), seesSystem: seesSystem === true } };
}

function parseLibc(text: string): Libc | undefined {
  const match = /^(glibc|musl) (\d+)\.(\d+)/.exec(text);
  if (match === null) return undefined;
  return { kind: match[1] as Libc["kind"], major: Number(match[2]), minor: Number(match[3]) };
}
