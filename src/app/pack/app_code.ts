import type { WheelName } from "../../model/wheel_name.ts";
import type { VersionSpec } from "../../model/version_spec.ts";
import type { BuiltLayer } from "../../pack/built_layer.ts";
import type { PackTarget } from "../../pack/target.ts";

/** The app's own code, as it is packed. */
export interface AppCode {
  /** One for each target; the same one for all where nothing in it is compiled. */
  readonly layers: ReadonlyMap<PackTarget, BuiltLayer>;
  /** Of the wheel that it was built as. */
  readonly tags?: Pick<WheelName, "abi" | "platform">;
  /** Paths of its files, relative to the layer. */
  readonly paths: readonly string[];
  /** Names of its console scripts. */
  readonly scripts: readonly string[];
  /** What it says that it needs; undefined: nothing. */
  readonly requiresPython: VersionSpec | undefined;
  /** `Requires-Dist`: projects that it says that it needs. */
  readonly requires: readonly string[];
}
