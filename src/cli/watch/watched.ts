import type { Target } from "../../app/start/request.ts";

/** A command that is kept account of. */
export interface Watched {
  readonly kind: "run" | "exec" | "fetch";
  readonly target: Target;
}
