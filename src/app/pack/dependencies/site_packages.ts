import type { Dependencies } from "../../../pack/dependencies.ts";
import { foreignFile, foreignWheel } from "../../../pack/foreign.ts";
import { refused } from "../../../pack/refusal.ts";
import { type PackTarget, targetName } from "../../../pack/target.ts";
import type { PackContext } from "../context.ts";
import { absolute } from "../files.ts";
import { sourceMissing } from "./source_missing.ts";

/**
 * A `site-packages` that is installed, or what `pip install --target` made.
 * @throws EdgebootError SOURCE_INVALID, PACK_REFUSED (65) where something in it is for another Python or machine
 */
export function fromSitePackages(
  stated: string,
  target: PackTarget,
  context: PackContext,
): Dependencies {
  const directory = absolute(stated, context);
  if (context.host.fs.stat(directory)?.kind !== "directory") {
    throw sourceMissing(stated, "there is no such directory", "name a site-packages");
  }
  refuseForeign(directory, target, context);
  return { kind: "tree", directory };
}

/** @throws EdgebootError PACK_REFUSED (65) */
export function refuseForeign(directory: string, target: PackTarget, context: PackContext): void {
  const { fs } = context.host;
  const visit = (inside: string) => {
    for (const { name, kind } of fs.readDir(`${directory}${inside}`)) {
      const path = `${inside}/${name}`;
      if (kind === "directory") visit(path);
      const isWheel = kind === "file" && /\.dist-info\/WHEEL$/.test(path);
      const why = isWheel
        ? foreignWheel(fs.readText(`${directory}${path}`), target)
        : foreignFile(path, target);
      if (why !== undefined && kind !== "directory") throw foreign(path.slice(1), why, target);
    }
  };
  visit("");
}

function foreign(path: string, why: string, target: PackTarget) {
  const project = /([^/]+)\.dist-info\/WHEEL$/.exec(path)?.[1];
  return refused("wheel-unfit", {
    what: project === undefined
      ? `${path} is not for ${targetName(target)}`
      : `${project.replace("-", " ")} is not installed for ${targetName(target)}`,
    why: project === undefined ? `it ${why}` : why,
    next:
      "install it with a Python of that version on a machine of that kind; or pack from a lock " +
      "file, which takes the wheels of any platform",
  }, { path });
}
