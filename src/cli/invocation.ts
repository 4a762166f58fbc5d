import type { Host } from "../host/ports.ts";
import type { Parsed } from "./flags.ts";
import type { Logger } from "./logger.ts";

/** What a command gets to work with. */
export interface Invocation {
  readonly flags: Parsed;
  readonly host: Host;
  /** Replaces the logger that reports failures, once settings are known. */
  useLogger(logger: Logger): void;
}
