import { EdgebootError } from "../model/errors.ts";
import type { Variant } from "../model/release.ts";
import { formatVersion } from "../model/version_spec.ts";
import { chooseVariant, type Hindrance } from "../launch/fit.ts";
import { candidatePaths, probe, visible } from "../launch/interpreters.ts";
import { managedPythons } from "../launch/managed_pythons.ts";
import type { Misfit } from "../launch/misfits.ts";
import type { PythonInfo } from "../launch/python_info.ts";
import type { Host } from "../host/ports.ts";
import type { Context } from "./context.ts";
import { libraryCheck } from "./libraries.ts";
import type { Subject } from "./subject.ts";

/** A release is enough: nothing needs to be published yet. */
export type Described = Pick<Subject, "label" | "app" | "body" | "isNew">;

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
  for (const path of pathsToTry(subject, context)) {
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
  throw await noneFits(subject, refusals, context);
}

function* pathsToTry(subject: Described, { config, host }: Context): Generator<string> {
  const stated = config.python?.value;
  if (stated === undefined) {
    yield* candidatePaths(host.env.get("PATH"), subject.body.python);
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

interface Refusals {
  /** One interpreter may go by several names. */
  readonly misfits: Misfit[];
  /** Files that are there and could not be asked. */
  readonly broken: { readonly path: string; readonly why: string }[];
}

/** A sandbox that refuses exec does so for every interpreter, with the same words. */
function listBroken(broken: Refusals["broken"]): string[] {
  return [...Map.groupBy(broken, ({ why }) => why)].map(([why, [first, ...others]]) =>
    `${first!.path}${others.length > 0 ? ` and ${others.length} more` : ""}: ${why}`
  );
}

async function noneFits(
  subject: Described,
  { misfits, broken }: Refusals,
  { config }: Context,
): Promise<EdgebootError> {
  const facts = subject.app === undefined ? {} : { app: subject.app };
  if (misfits.length > 0) {
    const { describeMisfits } = await import("../launch/misfits.ts");
    const why = describeMisfits(misfits);
    return new EdgebootError("VARIANT_UNFIT", {
      what: `${subject.label} does not fit any Python of this machine`,
      why: [why, ...listBroken(broken)].join("; "),
      next: why.includes("lacks system libraries")
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
      why: listBroken(broken).join("; "),
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
