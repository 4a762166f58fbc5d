import type { LogLevel } from "../config/config.ts";

/** How messages look, and which there are. */
export interface LogStyle {
  readonly form: "text" | "json";
  readonly level: LogLevel;
  /** Show causes (1) and where in the program an internal error arose (2). */
  readonly verbosity: number;
  /** What every JSON record says besides its own facts. */
  readonly about?: { readonly app?: string };
}
