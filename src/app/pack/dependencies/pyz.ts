import type { Dependencies } from "../../../pack/dependencies.ts";
import type { PackContext } from "../context.ts";
import { absolute } from "../files.ts";
import { sourceMissing } from "./source_missing.ts";

const NEXT = "name a zip application, as zipapp, shiv and PEX make them";

/**
 * A zip application, which stays one file. What is in it is looked at where it is unpacked.
 * @throws EdgebootError SOURCE_INVALID (65)
 */
export function fromPyz(stated: string, context: PackContext): Dependencies {
  const path = absolute(stated, context);
  const stat = context.host.fs.stat(path);
  if (stat === undefined) throw sourceMissing(stated, "there is no such file", NEXT);
  if (stat.kind !== "file") throw sourceMissing(stated, "it is no file", NEXT);
  return { kind: "pyz", path };
}
