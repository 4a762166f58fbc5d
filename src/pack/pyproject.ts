import { parse } from "@std/toml";
import { parseVersionSpec, type VersionSpec } from "../model/version_spec.ts";

/** What a `pyproject.toml` says before anything is built (PEP 621). */
export interface Pyproject {
  readonly requiresPython: VersionSpec | undefined;
}

/** @returns undefined where it is no TOML: then the build says so, better than we could */
export function readPyproject(text: string): Pyproject | undefined {
  let document: Record<string, unknown>;
  try {
    document = parse(text);
  } catch {
    return undefined;
  }
  const project = isTable(document.project) ? document.project : {};
  const requires = project["requires-python"];
  return {
    requiresPython: typeof requires === "string" ? parseVersionSpec(requires) : undefined,
  };
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
