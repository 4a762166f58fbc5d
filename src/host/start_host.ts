import { denoEnvironment } from "./deno_environment.ts";
import { libcLooks } from "./libc_look.ts";
import { libcLocks } from "./libc_locks.ts";
import { mayWrite } from "./libc_cold.ts";
import type { StartHost } from "./ports.ts";
import { shortExchange } from "./short_exchange.ts";

/** What only a start that is not planned does, or answers. */
function decline(): never {
  throw new Error("not on the way of a planned start");
}

let uid: number | undefined;

/**
 * The outside of a planned start: a part of `denoHost` that is loaded in a tenth of its time. Whatever is
 * unusual ends in an error that is no `FsError`, and the start goes the long way.
 */
export const startHost: StartHost = {
  fs: { ...libcLooks(decline), mayWrite, touch: decline, makeDir: decline },
  env: denoEnvironment,
  clock: {
    now: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  },
  locks: libcLocks,
  process: {
    // Not a call for each look: Deno asks its permissions each time.
    get uid() {
      return uid ??= Deno.uid() ?? 0;
    },
    cwd: () => Deno.cwd(),
  },
  exchange: shortExchange,
};
