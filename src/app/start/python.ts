import type { Variant } from "../../model/release.ts";
import { formatVersion } from "../../model/version_spec.ts";
import { chooseVariant } from "../../launch/fit.ts";
import { candidatePaths, probe } from "../../launch/interpreters.ts";
import { visible } from "../../launch/probe.ts";
import { identityOf, type Look } from "../../launch/start_plan.ts";
import type { PythonInfo } from "../../model/python_info.ts";
import type { Match } from "../../python/tags.ts";
import type { Host } from "../../host/ports.ts";
import type { Context } from "../context.ts";
import { libraryCheck, type LibraryLook } from "./libraries.ts";
import type { Refusals } from "./no_python.ts";
import type { Described } from "./resolved_release.ts";

export interface Selection {
  readonly python: PythonInfo;
  readonly variant: Variant;
  readonly index: number;
  readonly why: string;
  /** The files that were looked at on the way to it, in order, and what they were; the last one is it. */
  readonly looks: readonly Look[];
}

/** An interpreter that was asked, and its verdict on each variant, in order. */
export interface AskedPython {
  readonly python: PythonInfo;
  readonly matches: readonly Match[];
}

/** What came of asking one interpreter after the other until one fitted. */
export interface Judgement {
  readonly asked: readonly AskedPython[];
  /** By the last one; undefined where none fits. */
  readonly selection: Selection | undefined;
  readonly refusals: Refusals;
}

/** What choosing an interpreter works with. */
export type Selecting = Pick<Context, "host" | "config" | "store" | "records" | "report">;

/**
 * The first interpreter that some variant fits, before anything is fetched.
 * @throws EdgebootError PYTHON_NOT_FOUND (127), PYTHON_NOT_EXECUTABLE (126), VARIANT_UNFIT (78)
 */
export async function selectPython(
  release: Described,
  context: Selecting,
  look?: LibraryLook,
): Promise<Selection> {
  const { selection, refusals } = await judgePythons(release, context, look);
  if (selection !== undefined) return selection;
  const { noneFits } = await import("./no_python.ts");
  throw noneFits(release, refusals, context);
}

/** The same for those who want to explain; a misfit is no error. */
export async function judgePythons(
  release: Described,
  context: Selecting,
  look: LibraryLook = "before-first-start",
): Promise<Judgement> {
  const refusals: Refusals = { misfits: [], broken: [] };
  const asked: AskedPython[] = [];
  const looks: Look[] = [];
  const { report } = context;
  const hindrance = await libraryCheck(release, context, look);
  report.event({ kind: "phase", phase: "fit" });
  for await (const path of pathsToTry(release, context)) {
    // Before it is asked: who is in its place by then is another one.
    looks.push({ path, identity: identityOf(visible(path, context.host.fs)) });
    const answer = await probe(path, context.host, context.records);
    if (answer.kind === "absent") continue;
    report.event({ kind: "phase", phase: "python" });
    if (answer.kind === "broken") {
      refusals.broken.push({ path, why: answer.why });
      report.event({ kind: "python", path, version: "", fits: false, why: answer.why });
      continue;
    }
    if (answer.kind === "old") {
      const { version, why } = answer;
      refusals.misfits.push({ path, version, reasons: [why], near: [] });
      report.event({ kind: "python", path, version, fits: false, why });
      continue;
    }
    const fit = chooseVariant(release.body, answer.info, hindrance);
    asked.push({ python: answer.info, matches: fit.matches });
    const version = formatVersion(answer.info.version);
    const judged = { kind: "python", path: answer.info.path, version } as const;
    const why = fit.fits ? fit.why : fit.reasons.join("; ");
    report.event({ ...judged, fits: fit.fits, why });
    report.event({ kind: "phase", phase: "fit" });
    if (fit.fits) {
      const { variant, index, why } = fit;
      return { asked, refusals, selection: { python: answer.info, variant, index, why, looks } };
    }
    const { reasons, near } = fit;
    refusals.misfits.push({ path: answer.info.path, version, reasons, near });
  }
  return { asked, refusals, selection: undefined };
}

async function* pathsToTry(
  { body }: Described,
  { config, host }: Pick<Context, "config" | "host">,
): AsyncGenerator<string> {
  const stated = config.python?.value;
  if (stated === undefined) {
    yield* candidatePaths(host.env.get("PATH"), body.python);
    const { managedPythons } = await import("../../launch/managed_pythons.ts");
    yield* managedPythons((name) => host.env.get(name), body.python, host.fs);
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
