import { inspectApplication } from "../../../archive/mod.ts";
import { DEFAULT_UNPACK_LIMITS } from "../../../model/unpack_limits.ts";
import type { Dependencies } from "../../../pack/dependencies.ts";
import { foreignFile } from "../../../pack/foreign.ts";
import { refused } from "../../../pack/refusal.ts";
import { type PackTarget, targetName } from "../../../pack/target.ts";
import type { PackContext } from "../context.ts";
import { absolute } from "../files.ts";
import { sourceMissing } from "./source_missing.ts";

const NEXT = "name a zip application, as zipapp, shiv and PEX make them";

/**
 * A zip application, which stays one file.
 * @throws EdgebootError SOURCE_INVALID, PACK_REFUSED, ARCHIVE_BROKEN (65)
 */
export async function fromPyz(
  stated: string,
  target: PackTarget,
  { host }: PackContext,
): Promise<Dependencies> {
  const path = absolute(stated, { host });
  const stat = host.fs.stat(path);
  if (stat === undefined) throw sourceMissing(stated, "there is no such file", NEXT);
  if (stat.kind !== "file") throw sourceMissing(stated, "it is no file", NEXT);
  const { runnable, native } = await inspectApplication(path, DEFAULT_UNPACK_LIMITS, host);
  if (!runnable) throw sourceMissing(stated, "it has no __main__.py", NEXT);
  for (const name of native) {
    const why = foreignFile(name, target);
    if (why !== undefined) throw foreign(stated, name, why, target);
  }
  return { kind: "pyz", path, isNative: native.length > 0 };
}

function foreign(stated: string, name: string, why: string, target: PackTarget) {
  return refused("wheel-unfit", {
    what: `${stated} is not for ${targetName(target)}`,
    why: `${name} in it ${why}`,
    next:
      "make it with a Python of that version on a machine of that kind, or name the one that it is " +
      "for with --python and --platform",
  }, { path: stated });
}
