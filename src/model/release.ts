import { type AppId, readAppId } from "./app_id.ts";
import { type EntryPoint, readEntryPoint } from "./entry_point.ts";
import { type Layer, readLayer } from "./layer.ts";
import { readRecorded, type Recorded } from "./recorded.ts";
import { readPythonArgs } from "./python_args.ts";
import { documentInvalid, type JsonObject, parseJsonObject } from "./json.ts";
import { parseVersionSpec, type VersionSpec } from "./version_spec.ts";

export type { Layer } from "./layer.ts";

export const RELEASE_SCHEMA = "edgeboot.release/v1";

/** The ordered layers for one kind of Python, named as wheels are (PEP 425, PEP 600). */
export interface Variant {
  readonly pythonTag: string;
  readonly abi: string;
  readonly platform: string;
  readonly systemLibs: readonly string[];
  /** The oldest glibc that its files load with, where that was recorded: `2.17`. */
  readonly glibc?: string;
  readonly layers: readonly Layer[];
}

export interface EnvChanges {
  readonly set: readonly (readonly [string, string])[];
  readonly defaults: readonly (readonly [string, string])[];
  readonly unset: readonly string[];
}

export interface Release {
  readonly app: AppId;
  readonly version: string;
  readonly created: string | undefined;
  readonly python: VersionSpec | undefined;
  readonly entryPoints: ReadonlyMap<string, EntryPoint>;
  readonly env: EnvChanges;
  /** Where not stated: "shared". */
  readonly isolation?: Isolation;
  /** Options of the interpreter itself, for every entry point. */
  readonly pythonArgs?: readonly string[];
  readonly variants: readonly Variant[];
  /** Where it was made by `edgeboot pack`. */
  readonly recorded?: Recorded;
  /** Paths of fields that this edgeboot does not know; shown at `-v`. */
  readonly unknownFields: readonly string[];
}

/** Whether packages of the base image's own site directories are visible behind the layers. */
export const ISOLATIONS = ["shared", "hermetic"] as const;
export type Isolation = typeof ISOLATIONS[number];

export const NO_ENV_CHANGES: EnvChanges = { set: [], defaults: [], unset: [] };

/**
 * Parses a release, full or short form. `document` says where it came from, for messages.
 * @throws EdgebootError RELEASE_INVALID (65) with the JSON path, what was expected, what was found
 */
export function parseRelease(text: string, document: string): Release {
  const json = parseJsonObject(text, document);
  const schema = json.string("schema");
  if (schema !== RELEASE_SCHEMA) throw json.wrong("schema", `"${RELEASE_SCHEMA}"`, schema);
  const readers: JsonObject[] = [json];
  const release = {
    app: readAppId(json),
    version: readVersion(json),
    created: json.optionalString("created"),
    python: readPython(json),
    entryPoints: readEntryPoints(json, readers),
    env: readEnv(json, readers),
    ...readInterpreterOptions(json),
    variants: readVariants(json, readers),
    ...readPacked(json, readers),
  };
  return { ...release, unknownFields: readers.flatMap((reader) => reader.unknownFields()) };
}

function readVersion(json: JsonObject): string {
  const text = json.string("version");
  if (text === "" || text.length > 128 || !isPrintable(text)) {
    throw json.wrong("version", "1 to 128 printable characters", text);
  }
  return text;
}

/** The Unicode pattern costs a start 0.3 ms, so it is only made where ASCII does not decide. */
function isPrintable(text: string): boolean {
  return /^[ -~]*$/.test(text) || !new RegExp("\\p{C}", "u").test(text);
}

function readPython(json: JsonObject): VersionSpec | undefined {
  const text = json.optionalString("python");
  if (text === undefined) return undefined;
  const spec = parseVersionSpec(text);
  if (spec === undefined) {
    throw json.wrong("python", 'a PEP 440 specifier such as ">=3.11,<3.13"', text);
  }
  return spec;
}

function readEntryPoints(json: JsonObject, readers: JsonObject[]): Map<string, EntryPoint> {
  const single = json.optionalObject("entrypoint");
  const several = json.optionalObject("entrypoints");
  if (single !== undefined && several !== undefined) {
    throw json.wrong("entrypoint", "either entrypoint or entrypoints, not both", {});
  }
  const members = several?.members() ??
    (single === undefined ? [] : [["default", single]] as const);
  return new Map(members.map(([name, member]) => {
    readers.push(member);
    return [name, readEntryPoint(member)];
  }));
}

function readEnv(json: JsonObject, readers: JsonObject[]): EnvChanges {
  const env = json.optionalObject("env");
  if (env === undefined) return NO_ENV_CHANGES;
  readers.push(env);
  const pairs = (name: string) =>
    (env.optionalObject(name)?.strings() ?? []).map(([key, value]) => {
      checkEnvName(env, `${name}.${key}`, key);
      if (value.includes("\0")) throw env.wrong(`${name}.${key}`, "text without NUL", value);
      return [key, value] as const;
    });
  const unset = env.optionalStrings("unset") ?? [];
  unset.forEach((name, index) => checkEnvName(env, `unset[${index}]`, name));
  return { set: pairs("set"), defaults: pairs("default"), unset };
}

/** POSIX.1-2017, 8.1: no `=` and no NUL in a name. */
function checkEnvName(env: JsonObject, path: string, name: string): void {
  if (name === "" || /[=\0]/.test(name)) {
    throw env.wrong(path, "the name of an environment variable", name);
  }
}

function readInterpreterOptions(json: JsonObject): Pick<Release, "isolation" | "pythonArgs"> {
  const stated = json.optionalString("isolation");
  const isolation = ISOLATIONS.find((name) => name === stated);
  if (stated !== undefined && isolation === undefined) {
    throw json.wrong("isolation", ISOLATIONS.join(" or "), stated);
  }
  const pythonArgs = readPythonArgs(json);
  return {
    ...(isolation === undefined ? {} : { isolation }),
    ...(pythonArgs === undefined ? {} : { pythonArgs }),
  };
}

function readPacked(json: JsonObject, readers: JsonObject[]): Pick<Release, "recorded"> {
  const recorded = json.has("packed") ? readRecorded(json, readers) : undefined;
  return recorded === undefined ? {} : { recorded };
}

function readVariants(json: JsonObject, readers: JsonObject[]): Variant[] {
  if (!json.has("variants")) {
    return [{ ...ANY_PYTHON, systemLibs: [], layers: readLayers(json, readers) }];
  }
  if (json.has("layers")) throw json.wrong("layers", "either layers or variants, not both", []);
  const variants = json.objects("variants");
  if (variants.length === 0) {
    throw documentInvalid(json, "variants", "one variant or more", "an empty array");
  }
  return variants.map((variant) => {
    readers.push(variant);
    const glibc = variant.optionalString("glibc");
    return {
      pythonTag: variant.optionalString("python_tag") ?? ANY_PYTHON.pythonTag,
      abi: variant.optionalString("abi") ?? ANY_PYTHON.abi,
      platform: variant.optionalString("platform") ?? ANY_PYTHON.platform,
      systemLibs: variant.optionalStrings("system_libs") ?? [],
      ...(glibc === undefined ? {} : { glibc }),
      layers: readLayers(variant, readers),
    };
  });
}

/** As a pure Python wheel: `py3-none-any`. */
export const ANY_PYTHON = { pythonTag: "py3", abi: "none", platform: "any" } as const;

function readLayers(parent: JsonObject, readers: JsonObject[]): Layer[] {
  const layers = parent.objects("layers");
  if (layers.length === 0) throw parent.wrong("layers", "one layer or more", []);
  return layers.map((layer) => {
    readers.push(layer);
    return readLayer(layer);
  });
}
