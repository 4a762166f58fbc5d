import type { Variant } from "../../model/release.ts";
import { formatVersion } from "../../model/version_spec.ts";
import { chooseVariant, type Hindrance } from "../../launch/fit.ts";
import { candidatePaths, probe } from "../../launch/interpreters.ts";
import { visible } from "../../launch/probe.ts";
import type { PythonInfo } from "../../model/python_info.ts";
import type { Host } from "../../host/ports.ts";
import type { Context } from "../context.ts";
import { libraryCheck } from "./libraries.ts";
import type { Refusals } from "./no_python.ts";
import type { Described } from "./subject.ts";

export interface Selection {
  readonly python: PythonInfo;
  readonly variant: Variant;
  readonly index: number;
  readonly why: string;
}

export interface SelectOptions {
  /** When `system_libs` are looked up; a start does once, before it. */
  readonly libraries?: "before-first-start" | "always";
  /** Told each interpreter that is considered, for those who want to explain. */
  onJudged?(python: PythonInfo, hindrance: Hindrance | undefined): void;
}

/**
 * The first interpreter that some variant fits, before anything is fetched.
 * @throws EdgebootError PYTHON_NOT_FOUND (127), PYTHON_NOT_EXECUTABLE (126), VARIANT_UNFIT (78)
 */
export async function selectPython(
  subject: Described,
  context: Context,
  options: SelectOptions = {},
): Promise<Selection> {
  const refusals: Refusals = { misfits: [], broken: [] };
  const { report } = context;
  const hindrance = await libraryCheck(subject, context, options.libraries ?? "before-first-start");
  report.event({ kind: "phase", phase: "fit" });
  for await (const path of pathsToTry(subject, context)) {
    const answer = await probe(path, context.host, context.records);
    if (answer.kind === "absent") continue;
    report.event({ kind: "phase", phase: "python" });
    if (answer.kind === "broken") {
      refusals.broken.push({ path, why: answer.why });
      report.event({ kind: "python", path, version: "", fits: false, why: answer.why });
      continue;
    }
    options.onJudged?.(answer.info, hindrance);
    const fit = chooseVariant(subject.body, answer.info, hindrance);
    const version = formatVersion(answer.info.version);
    const judged = { kind: "python", path: answer.info.path, version } as const;
    const why = fit.fits ? fit.why : fit.reasons.join("; ");
    report.event({ ...judged, fits: fit.fits, why });
    report.event({ kind: "phase", phase: "fit" });
    if (fit.fits) return { python: answer.info, ...fit };
    refusals.misfits.push({ path: answer.info.path, version, ...fit });
  }
  const { noneFits } = await import("./no_python.ts");
  throw noneFits(subject, refusals, context);
}

async function* pathsToTry(
  subject: Described,
  { config, host }: Context,
): AsyncGenerator<string> {
  const stated = config.python?.value;
  if (stated === undefined) {
    yield* candidatePaths(host.env.get("PATH"), subject.body.python);
    const { managedPythons } = await import("../../launch/managed_pythons.ts");
    yield* managedPythons((name) => host.env.get(name), subject.body.python, host.fs);
  } else {
    yield* statedPaths(stated, host);
  }
}

/** `--python`: a path, or the first of that name on PATH. */
export function* statedPaths(stated: string, { env, process, fs }: Host): Generator<string> {
  if (stated.includes("/")) {
    return yield stated.startsWith("/") ? stated : `${process.cwd()}/${stated}`;
  }
  for (const directory of (env.get("PATH") ?? "").split(":")) {
    const candidate = `${directory}/${stated}`;
    if (directory.startsWith("/") && visible(candidate, fs) !== undefined) return yield candidate;
  }
}
