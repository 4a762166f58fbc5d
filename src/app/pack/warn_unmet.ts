import type { Dependencies } from "../../pack/dependencies.ts";
import type { PackTarget } from "../../pack/target.ts";
import { unmetRequirements } from "../../pack/unmet.ts";
import type { AppCode } from "./app_code.ts";
import type { PackContext } from "./context.ts";

/** One line for each requirement, for whatever targets: an import in a function is no finding of the check. */
export function warnOfUnmet(
  { requires }: Pick<AppCode, "requires">,
  dependencies: ReadonlyMap<PackTarget, Dependencies>,
  { report }: Pick<PackContext, "report">,
): void {
  const lines = new Set<string>();
  for (const [target, each] of dependencies) {
    for (const { requirement, found } of unmetRequirements(requires, each, target)) {
      const why = found === undefined ? "no layer has it" : `what is packed is ${found}`;
      lines.add(`the project requires ${requirement}, and ${why}`);
    }
  }
  const next = "give its lock file (--lock), or --requirements; `edgeboot help dependencies`";
  for (const line of lines) report.event({ kind: "warning", text: `${line}: ${next}` });
}
