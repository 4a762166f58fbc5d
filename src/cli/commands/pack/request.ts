import {
  type CodeSource,
  type DependencySource,
  LAYERINGS,
  type PackRequest,
} from "../../../app/pack/request.ts";
import { parseAppId } from "../../../model/app_id.ts";
import type { EntryPoint } from "../../../model/entry_point.ts";
import type { EdgebootError } from "../../../model/errors.ts";
import { isPlatform, isPythonVersion } from "../../../app/pack/words.ts";
import { parseEntryLine } from "../../../app/pack/words.ts";
import { DEFAULT_CHANNEL, parseRef } from "../../../model/ref.ts";
import { type ParsedFlags, usage } from "../../flags.ts";

/**
 * What a command line asks `pack` for.
 * @throws EdgebootError USAGE, APP_ID_INVALID, REF_INVALID (64)
 */
export function packRequest({ values }: Pick<ParsedFlags, "values">): PackRequest {
  const given = new Given(values);
  const version = given.required("version");
  if (parseRef(version).kind === "digest") throw misuse("--version is a version, and no digest");
  if (version === DEFAULT_CHANNEL) {
    throw misuse(
      `--version is a version, and ${version} is a channel, which stands for another one later`,
    );
  }
  const check = values.has("check") ? true : values.has("no-check") ? false : undefined;
  if (values.has("check") && values.has("no-check")) {
    throw misuse("--check and --no-check say the opposite");
  }
  const entry = given.one("entry");
  const [dependencies, code] = [dependenciesOf(given), codeOf(given)];
  if (dependencies.kind === "none" && code.kind === "none") {
    throw misuse(
      "there is nothing to pack: the app's code comes from --project or --source, and its " +
        "dependencies from --lock, --requirements, --wheels, --venv, --site-packages or --pyz",
    );
  }
  return {
    app: parseAppId(given.required("app")),
    version,
    output: given.required("output"),
    ...{ dependencies, code },
    pythons: given.list("python", isPythonVersion, "versions of Python: 3.11,3.12"),
    platforms: given.list("platform", isPlatform, "platforms of wheels: manylinux_2_28_x86_64"),
    entry: entry === undefined ? undefined : parseEntryLine(entry),
    entryPoints: new Map(given.several("entrypoint").map(namedEntry)),
    layering: given.choice("layers", LAYERINGS) ?? "wheels",
    wanted: {
      extras: given.several("extra").map(normalized),
      groups: given.several("group").map(normalized),
    },
    allowBuild: new Set(given.several("allow-build").map(normalized)),
    allowFiles: new Set(given.several("allow-file").map((path) => path.replace(/^\.\//, ""))),
    check,
    indexUrl: given.one("index-url"),
  };
}

/** Values of flags, by what may be done with them. */
class Given {
  constructor(private readonly values: ParsedFlags["values"]) {}

  one(name: string): string | undefined {
    const value = this.values.get(name);
    return typeof value === "string" ? value : undefined;
  }

  required(name: string): string {
    const value = this.one(name);
    if (value === undefined) throw misuse(`--${name} is missing`);
    return value;
  }

  several(name: string): string[] {
    return this.one(name)?.split("\n") ?? [];
  }

  list(name: string, holds: (word: string) => boolean, expected: string): string[] {
    const words = this.one(name)?.split(",").map((word) => word.trim()) ?? [];
    const wrong = words.find((word) => !holds(word));
    if (wrong === undefined) return [...new Set(words)];
    throw misuse(`--${name} takes ${expected}, and not ${JSON.stringify(wrong)}`);
  }

  choice<const T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.one(name);
    const found = choices.find((choice) => choice === value);
    if (value === undefined || found !== undefined) return found;
    throw misuse(`--${name} takes ${choices.join(" or ")}, and not ${JSON.stringify(value)}`);
  }
}

function dependenciesOf(given: Given): DependencySource {
  const [lock, requirements] = [given.one("lock"), given.several("requirements")];
  const [wheels, pyz] = [given.one("wheels"), given.one("pyz")];
  const [venv, site] = [given.one("venv"), given.one("site-packages")];
  const beside = wheels === undefined ? {} : { wheels };
  const sources: DependencySource[] = [
    ...(lock === undefined ? [] : [{ kind: "lock", file: lock, ...beside } as const]),
    ...(requirements.length === 0
      ? []
      : [{ kind: "requirements", files: requirements, ...beside } as const]),
    ...(venv === undefined ? [] : [{ kind: "venv", directory: venv } as const]),
    ...(site === undefined ? [] : [{ kind: "site-packages", directory: site } as const]),
    ...(pyz === undefined ? [] : [{ kind: "pyz", file: pyz } as const]),
  ];
  if (sources.length > 1) {
    throw misuse(
      "dependencies come from one of --lock, --requirements, --venv, --site-packages " +
        "and --pyz",
    );
  }
  const [source] = sources;
  if (wheels === undefined) return source ?? { kind: "none" };
  if (source === undefined) return { kind: "wheels", directory: wheels };
  if (source.kind === "lock" || source.kind === "requirements") return source;
  throw misuse(`--wheels does not go with --${source.kind}`);
}

function codeOf(given: Given): CodeSource {
  const [project, source] = [given.one("project"), given.one("source")];
  if (project !== undefined && source !== undefined) {
    throw misuse("the app's code comes from --project or from --source, not from both");
  }
  if (project !== undefined) return { kind: "project", directory: project };
  return source === undefined ? { kind: "none" } : { kind: "source", directory: source };
}

/** `worker=billing.worker:main` */
function namedEntry(text: string): [string, EntryPoint] {
  const [, name, line] = /^([\w.-]+)=(.+)$/s.exec(text) ?? [];
  if (name === undefined) {
    throw misuse(`--entrypoint takes NAME=E, and not ${JSON.stringify(text)}`);
  }
  return [name, parseEntryLine(line!)];
}

/** PEP 503 */
function normalized(name: string): string {
  return name.replace(/[-_.]+/g, "-").toLowerCase();
}

function misuse(why: string): EdgebootError {
  return usage({ command: "pack" }, why);
}
