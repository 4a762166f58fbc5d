import type { Start } from "../app/start/request.ts";
import type { EdgebootError } from "../model/errors.ts";
import type { LogStyle } from "./log_style.ts";
import type { Watcher } from "./watch/watcher.ts";

/** What is left to do when the command line has been carried out; `main.ts` does it. */
export type BootAction = Exit | Launch;

export interface Exit {
  readonly kind: "exit";
  readonly code: number;
}

export interface Launch extends Start {
  /** In place of this process, or as its child where that was asked for. */
  readonly kind: "exec" | "spawn";
  /** How to tell where the kernel refuses, and who else wants to know; see `refused.ts`. */
  readonly style: LogStyle;
  readonly watcher?: Watcher | undefined;
}

/** How a command ended: also with an error that stands on stdout, and on stderr not yet. */
export type Outcome = BootAction | { readonly kind: "failed"; readonly error: EdgebootError };

export const DONE: Exit = { kind: "exit", code: 0 };
