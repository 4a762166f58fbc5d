import { EdgebootError } from "../model/errors.ts";
import type { Variant } from "../model/release.ts";
import { formatVersion } from "../model/version_spec.ts";
import { chooseVariant, type Hindrance } from "../launch/fit.ts";
import { candidatePaths, probe, visible } from "../launch/interpreters.ts";
import { managedPythons } from "../launch/managed_pythons.ts";
import type { PythonInfo } from "../launch/python_info.ts";
import type { Context } from "./context.ts";
import { libraryCheck } from "./libraries.ts";
import type { Subject } from "./subject.ts";

/** A release is enough: nothing needs to be published yet. */
export type Described = Pick<Subject, "label" | "app" | "body">;

export interface Selection {
  readonly python: PythonInfo;
  readonly variant: Variant;
  readonly index: number;
  readonly why: string;
}

export interface SelectOptions {
  /** When `system_libs` are looked up; a start does before fetching only. */
  readonly libraries?: "before-fetching" | "always";
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
  const hindrance = await libraryCheck(subject, context, options.libraries ?? "before-fetching");
  report.event({ kind: "phase", phase: "fit" });
  for (const path of pathsToTry(subject, context)) {
    const answer = await probe(path, context.host, context.records);
    if (answer.kind === "absent") continue;
    report.event({ kind: "phase", phase: "python" });
    if (answer.kind === "broken") {
      refusals.broken.push(`${path}: ${answer.why}`);
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
    const what = `${answer.info.path} (Python ${version})`;
    refusals.misfits.push(...fit.reasons.map((reason) => `${what}: ${reason}`));
  }
  throw noneFits(subject, refusals, context);
}

function* pathsToTry(subject: Described, { config, host }: Context): Generator<string> {
  const path = host.env.get("PATH");
  const stated = config.python?.value;
  if (stated === undefined) {
    yield* candidatePaths(path, subject.body.python);
    yield* managedPythons((name) => host.env.get(name), subject.body.python, host.fs);
  } else if (stated.includes("/")) {
    yield stated.startsWith("/") ? stated : `${host.process.cwd()}/${stated}`;
  } else {
    for (const directory of (path ?? "").split(":")) {
      const candidate = `${directory}/${stated}`;
      if (directory.startsWith("/") && visible(candidate, host.fs) !== undefined) {
        return yield candidate;
      }
    }
  }
}

interface Refusals {
  /** Interpreters that answered, and why no variant fits them. */
  readonly misfits: string[];
  /** Files that are there and could not be asked. */
  readonly broken: string[];
}

function noneFits(
  subject: Described,
  { misfits, broken }: Refusals,
  { config }: Context,
): EdgebootError {
  const facts = subject.app === undefined ? {} : { app: subject.app };
  if (misfits.length > 0) {
    return new EdgebootError("VARIANT_UNFIT", {
      what: `${subject.label} does not fit any Python of this machine`,
      why: [...new Set([...misfits, ...broken])].join("; "),
      next: misfits.some((reason) => reason.includes("lacks system libraries"))
        ? "install them in the base image, or publish a variant that brings them along; nothing " +
          "was downloaded"
        : "install a Python that fits, name one with --python, or publish a variant for this " +
          "machine; nothing was downloaded",
    }, { facts });
  }
  const origin = config.python?.origin ?? "PATH";
  if (broken.length > 0) {
    return new EdgebootError("PYTHON_NOT_EXECUTABLE", {
      what: `cannot execute a Python to start ${subject.label} with`,
      why: broken.join("; "),
      next: `correct ${origin}, or that file and its permissions`,
    }, { facts });
  }
  return new EdgebootError("PYTHON_NOT_FOUND", {
    what: `no Python to start ${subject.label} with`,
    why: config.python === undefined
      ? "there is no python3 on PATH, in the usual places, or kept by pyenv or uv"
      : `there is no ${config.python.value} (from ${origin})`,
    next: "install Python in the base image, or name an interpreter with --python or " +
      "EDGEBOOT_PYTHON",
  }, { facts });
}
