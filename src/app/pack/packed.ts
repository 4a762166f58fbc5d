import type { AppId } from "../../model/app_id.ts";
import type { LayerFacts } from "../../pack/layer_facts.ts";
import type { Checked } from "./check.ts";
import type { ReleaseDigest } from "../../model/digest.ts";

/** What a pack has made. */
export interface Packed {
  readonly app: AppId;
  readonly version: string;
  /** absolute */
  readonly output: string;
  readonly digest: ReleaseDigest;
  /** of the release */
  readonly text: string;
  /** One for each Python that it was checked with. */
  readonly checked: readonly Checked[];
  /** Of the layers of each target, in their order. */
  readonly facts: readonly (readonly LayerFacts[])[];
}
