import { fromFileUrl } from "@std/path/posix";
import { PYTHON } from "./python.ts";

const STARTER = fromFileUrl(new URL("exact_environment.py", import.meta.url));

/**
 * A command that starts `argv` with exactly these bytes as environment, in this order, twins and non-UTF-8
 * included: one character a byte.
 */
export function withEnvironment(argv: readonly string[], environment: readonly string[]): string[] {
  return [PYTHON.path, "-I", "-X", "utf8", STARTER, JSON.stringify([argv, environment])];
}
