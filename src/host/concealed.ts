import { denoEnvironment } from "./deno_environment.ts";

/**
 * Variables on which the runtime would end before our first line, by the names under which they come here: a
 * few instructions in front of it (`scripts/compile/prelude.ts`) have made the first byte 1. No name has a
 * control character in it, so none that came as it is here is meant by it.
 */
export const CONCEALED = [
  { name: "\x01MPDIR", initial: "T" },
  { name: "\x01ODE_CHANNEL_FD", initial: "N" },
] as const;

/** Whether this process has one. */
export function hasConcealed(): boolean {
  return CONCEALED.some(({ name }) => denoEnvironment.has(name));
}
