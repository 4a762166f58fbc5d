import { EdgebootError } from "../../model/errors.ts";
import type { Context } from "../context.ts";
import type { Described } from "./resolved_release.ts";
import { describeMisfits, type Misfit } from "../../launch/misfits.ts";

/** What was tried, and why it will not do. */
export interface Refusals {
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

/** The refusal of a start that no interpreter fits. */
export function noneFits(
  release: Described,
  { misfits, broken }: Refusals,
  { config }: Pick<Context, "config">,
): EdgebootError {
  const facts = release.app === undefined ? {} : { app: release.app };
  if (misfits.length > 0) {
    const why = describeMisfits(misfits);
    return new EdgebootError("VARIANT_UNFIT", {
      what: `${release.label} does not fit any Python of this machine`,
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
      what: `cannot execute a Python to start ${release.label} with`,
      why: listBroken(broken).join("; "),
      next: `correct ${origin}, or that file and its permissions`,
    }, { facts });
  }
  return new EdgebootError("PYTHON_NOT_FOUND", {
    what: `no Python to start ${release.label} with`,
    why: config.python === undefined
      ? "there is no python3 on PATH, in the usual places, or kept by pyenv or uv"
      : `there is no ${config.python.value} (from ${origin})`,
    next: "install Python in the base image, or name an interpreter with --python or " +
      "EDGEBOOT_PYTHON",
  }, { facts });
}
