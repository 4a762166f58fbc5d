import type { Lock } from "../../host/ports.ts";
import type { LaunchPlan } from "../../launch/plan.ts";
import type { LayerDigest } from "../../model/digest.ts";
import type { ParsedLocation } from "../../model/location.ts";
import type { AppRef } from "../../model/ref.ts";

/** What to start: an app of the registry, or in direct mode one archive and nothing else. */
export type Target =
  | { readonly kind: "app"; readonly appRef: AppRef }
  | {
    readonly kind: "bundle";
    readonly bundle: ParsedLocation;
    readonly sha256: LayerDigest;
    /** Import roots inside the archive, in order; absent: find them. */
    readonly pythonPaths?: readonly string[];
  };

export interface RunRequest {
  readonly kind: "run";
  readonly target: Target;
  /** Passed to the app untouched. */
  readonly args: readonly string[];
}

/** Any command in the environment that the app would get. */
export interface ExecRequest {
  readonly kind: "exec";
  readonly target: Target;
  readonly command: string;
  readonly args: readonly string[];
}

/** What a command line asks to have started. */
export type StartRequest = RunRequest | ExecRequest;

/** All that is left to do: `main.ts` hands the leases on and executes the plan. */
export interface Start {
  readonly plan: LaunchPlan;
  readonly leases: readonly Lock[];
}
