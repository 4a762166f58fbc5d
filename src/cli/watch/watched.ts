import type { Target } from "../../app/start/request.ts";
import type { Config } from "../../config/config.ts";
import type { Host } from "../../host/ports.ts";
import type { Logger } from "../logger.ts";

/** A command that is kept account of. */
export interface Watched {
  readonly command: "run" | "exec" | "fetch";
  readonly target: Target;
  readonly config: Config;
  readonly logger: Logger;
  readonly host: Host;
}
