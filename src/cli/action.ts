import type { LaunchPlan } from "../launch/plan.ts";

/** What is left to do when the command line has been carried out; `main.ts` does it. */
export type BootAction =
  | { readonly kind: "exit"; readonly code: number }
  | {
    /** In place of this process, or as its child where that was asked for. */
    readonly kind: "exec" | "spawn";
    readonly plan: LaunchPlan;
    /** Reports that the kernel refused, and says how to end. */
    refused(cause: Error): BootAction | Promise<BootAction>;
  };

export const DONE: BootAction = { kind: "exit", code: 0 };
