import { FsError } from "../../host/ports.ts";
import { chooseVariant } from "../../launch/fit.ts";
import { ownTag } from "../../python/tags.ts";
import type { AppId } from "../../model/app_id.ts";
import type { ReleaseDigest } from "../../model/digest.ts";
import { type EntryPoint, formatEntryPoint } from "../../model/entry_point.ts";
import { EdgebootError } from "../../model/errors.ts";
import type { PythonInfo } from "../../model/python_info.ts";
import { parseRelease, type Release } from "../../model/release.ts";
import { formatVersion } from "../../model/version_spec.ts";
import { IMPORT_PROGRAM } from "../../pack/import_program.ts";
import { targetName } from "../../pack/target.ts";
import { leaseEnvironment } from "../start/environment.ts";
import type { Environment } from "../start/surroundings.ts";
import type { PackContext } from "./context.ts";
import { readKept, writeKept } from "./kept.ts";
import type { TargetOnMachine } from "./targets.ts";

/** What is checked. */
export interface MadeRelease {
  readonly app: AppId;
  readonly version: string;
  readonly digest: ReleaseDigest;
  /** of the document */
  readonly text: string;
}

/** What a check has come to, for one Python. */
export interface Checked {
  /** `cp311-cp311` */
  readonly python: string;
  readonly path: string;
  /** names of the entry points */
  readonly entryPoints: readonly string[];
}

/** Longer than any import takes that a start could wait for. */
const IMPORT_TIMEOUT_MS = 120_000;
/** Changes when more is looked at. */
const CHECK_FORMAT = "1";

/**
 * Starts what was packed as far as it goes without doing anything: composes its environment by the code that
 * composes it where the app runs, and imports what each entry point starts, with each Python of the targets that
 * is here. What has passed once is not checked again.
 * @throws EdgebootError CHECK_FAILED (65) with the last line of the traceback
 */
export async function checkRelease(
  packed: MadeRelease,
  machine: readonly TargetOnMachine[],
  context: PackContext,
): Promise<Checked[]> {
  const release = parseRelease(packed.text, `the release of ${packed.app}`);
  const checked: Checked[] = [];
  for (const python of new Set(machine.flatMap(({ python }) => python ?? []))) {
    const fit = chooseVariant(release, python);
    if (!fit.fits) {
      const version = formatVersion(python.version);
      const text = `not checked with Python ${version} (${python.path}): ${fit.reasons.join("; ")}`;
      context.report.event({ kind: "detail", text });
      continue;
    }
    const name = `checked/${CHECK_FORMAT}/${packed.digest}-${encodeURIComponent(python.path)}.json`;
    const entryPoints = [...release.entryPoints.keys()];
    if (readKept(name, context) === undefined) {
      await checkWith(python, release, fit.variant, packed, context);
      writeKept(name, { entryPoints }, context);
    }
    checked.push({ python: ownTag(python), path: python.path, entryPoints });
  }
  return checked;
}

async function checkWith(
  python: PythonInfo,
  body: Release,
  variant: Release["variants"][number],
  { app, version, digest }: MadeRelease,
  context: PackContext,
): Promise<void> {
  const appRef = { app, ref: { kind: "name", name: version } } as const;
  const layersFrom = { kind: "registry", appRef, patience: "patient" } as const;
  const release = { label: `${app} ${version}`, app, version, digest, body, layersFrom };
  const occasion = { kind: "start", python } as const;
  const { environment, leases } = await leaseEnvironment(release, variant, occasion, context);
  try {
    for (const [name, entry] of body.entryPoints) {
      await checkEntry(name, entry, environment, context);
    }
  } finally {
    for (const lease of leases) lease.release();
  }
}

async function checkEntry(
  name: string,
  entry: EntryPoint,
  environment: Environment,
  { host, work }: PackContext,
): Promise<void> {
  const { python, path } = environment;
  const program = path === undefined ? python.path : `${path}/bin/python`;
  const args = ["-I", "-c", IMPORT_PROGRAM, ...argumentsFor(entry, environment, host.fs)];
  const what = `entry point ${name} (${formatEntryPoint(entry)}) does not start with Python ` +
    formatVersion(python.version);
  const next =
    "correct what it says; a module that needs its surroundings to be imported is packed with " +
    "--no-check";
  const facts = { entry: name, path: python.path };
  try {
    const { code, stderr } = await host.commands.run(program, args, IMPORT_TIMEOUT_MS, {
      directory: work,
    });
    if (code === 0) return;
    const why = stderr.trim().split("\n").at(-1) || `it ended with status ${code}`;
    throw new EdgebootError("CHECK_FAILED", { what, why, next }, { facts });
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    throw new EdgebootError("CHECK_FAILED", { what, why: error.message, next }, { facts });
  }
}

function argumentsFor(
  entry: EntryPoint,
  { trees }: Environment,
  fs: PackContext["host"]["fs"],
): string[] {
  switch (entry.kind) {
    case "module":
      return [entry.kind, entry.module];
    case "callable":
      return [entry.kind, entry.module, entry.attribute];
    case "console_script":
      return [entry.kind, entry.name];
    case "script": {
      const paths = trees.flatMap(({ root, pythonPaths }) => [root, ...pythonPaths])
        .map((root) => `${root}/${entry.path}`);
      return [entry.kind, paths.find((path) => fs.stat(path)?.kind === "file") ?? entry.path];
    }
  }
}

/** @returns CHECK_FAILED (65): a check was asked for, and nothing here can carry it out */
export function nothingToCheckWith(app: AppId, machine: readonly TargetOnMachine[]): EdgebootError {
  const targets = machine.map(({ target }) => targetName(target)).join(", ");
  return new EdgebootError("CHECK_FAILED", {
    what: `${app} cannot be checked here`,
    why: `no Python on this machine runs what was packed for ${targets}`,
    next: "leave out --check, or pack where such a Python is",
  }, { facts: { app } });
}
