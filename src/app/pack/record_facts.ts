import type { Recorded } from "../../model/recorded.ts";
import { bomText, licensesOf } from "../../pack/sbom.ts";
import type { PackContext } from "./context.ts";
import type { PackedLayers } from "./layers.ts";
import type { PackRequest } from "./request.ts";
import type { SourceState } from "./source_state.ts";
import { writeDocument } from "./write_release.ts";

/** What a release says of itself to those who operate it; the bill of materials is a blob beside it. */
export function recordFacts(
  { app, version }: Pick<PackRequest, "app" | "version">,
  { commit, created, isDirty }: SourceState,
  packed: readonly PackedLayers[],
  output: string,
  context: PackContext,
): Recorded {
  const layers = packed.flatMap(({ variant, facts }) =>
    variant.layers.map((layer, index) => ({ layer, facts: facts[index]! }))
  );
  const bom = bomText({ app, version, created, commit, layers });
  const sha256 = writeDocument(bom, output, context);
  return {
    ...(commit === undefined ? {} : { commit }),
    ...(isDirty ? { isDirty: true } : {}),
    licenses: licensesOf(layers),
    sbom: { sha256, size: new TextEncoder().encode(bom).length },
  };
}
