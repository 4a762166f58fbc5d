import { EdgebootError } from "../model/errors.ts";
import type { Context } from "./context.ts";
import type { Described } from "./python.ts";

export interface Refusals {
  /** Why no variant fits, and the interpreters that it is true of: one may go by several names. */
  readonly misfits: Map<string, string[]>;
  /** Files that are there and could not be asked. */
  readonly broken: { readonly path: string; readonly why: string }[];
}

/** A sandbox that refuses exec does so for every interpreter, with the same words. */
function listBroken(broken: Refusals["broken"]): string[] {
  return [...Map.groupBy(broken, ({ why }) => why)].map(([why, [first, ...others]]) =>
    `${first!.path}${others.length > 0 ? ` and ${others.length} more` : ""}: ${why}`
  );
}

/** Loaded when every interpreter was looked at in vain. */
export function noneFits(
  subject: Described,
  { misfits, broken }: Refusals,
  { config }: Context,
): EdgebootError {
  const facts = subject.app === undefined ? {} : { app: subject.app };
  if (misfits.size > 0) {
    const reasons = [...misfits].map(([reason, [first, ...more]]) =>
      `${first}${more.length === 0 ? "" : ` and ${more.length} more`}, ${reason}`
    );
    return new EdgebootError("VARIANT_UNFIT", {
      what: `${subject.label} does not fit any Python of this machine`,
      why: [...reasons, ...listBroken(broken)].join("; "),
      next: reasons.some((reason) => reason.includes("lacks system libraries"))
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
