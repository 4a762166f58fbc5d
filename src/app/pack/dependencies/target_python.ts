import type { PythonInfo } from "../../../model/python_info.ts";
import { parseVersionSpec } from "../../../model/version_spec.ts";
import type { PackTarget } from "../../../pack/target.ts";
import type { PackContext } from "../context.ts";
import { findPython } from "../targets.ts";

/** An interpreter of a target's version on this machine, where there is one; its platform may be another. */
export async function targetPython(
  { python }: PackTarget,
  context: PackContext,
): Promise<PythonInfo | undefined> {
  const isFreeThreaded = python.endsWith("t");
  const spec = parseVersionSpec(`==${python.replace("t", "")}.*`);
  return await findPython(spec, context, isFreeThreaded);
}
