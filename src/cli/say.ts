import type { EdgebootError } from "../model/errors.ts";
import { DONE, type Outcome } from "./action.ts";
import type { Invocation } from "./invocation.ts";
import { envelope } from "./json/envelope.ts";
import type { Shape } from "./json/shape.ts";
import { printable } from "./logger.ts";

/**
 * Prints what a command has found: for people, or as the record that `--json` stands for.
 * @param shape the record's: the compiler holds the content to it
 * @param text whole lines, asked for only where people read them
 * @param error what makes the exit code other than 0 all the same; it goes to stderr as well
 */
export function say<T extends object>(
  { flags, host }: Pick<Invocation, "flags" | "host">,
  _shape: Shape<T>,
  content: T,
  text: () => string,
  error?: EdgebootError,
): Outcome {
  const { json } = flags;
  host.output.stdout(
    json === undefined ? printable(text()) : envelope({ name: json, content, error }),
  );
  return error === undefined ? DONE : { kind: "failed", error };
}
