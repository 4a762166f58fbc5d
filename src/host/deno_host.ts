import type { Host } from "./ports.ts";
import { denoCodecs } from "./deno_codecs.ts";
import { denoHelpers } from "./deno_helpers.ts";
import { denoHttp } from "./deno_http.ts";
import { hostFs } from "./host_fs.ts";
import { libcLocks } from "./libc_locks.ts";
import { denoEnvironment } from "./deno_environment.ts";
import { denoOutput, denoProcess } from "./deno_process.ts";

/** The real outside. `main.ts` builds everything on it; tests wrap it. */
export const denoHost: Host = {
  fs: hostFs,
  env: denoEnvironment,
  clock: {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    began: performance.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  },
  http: denoHttp,
  commands: {
    run: async (...call) => await (await import("./deno_commands.ts")).denoCommands.run(...call),
  },
  codecs: denoCodecs,
  helpers: denoHelpers,
  locks: libcLocks,
  output: denoOutput,
  process: denoProcess,
  machine: async () => (await import("./deno_machine.ts")).denoMachine,
  supervisor: {
    notify: async (socket, lines) => (await import("./libc_notify.ts")).notify(socket, lines),
  },
};
