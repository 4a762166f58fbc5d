import { type CommandRunner, FsError } from "./ports.ts";
import { putSignal, takeSignal } from "./libc_cold.ts";
import { SIG_IGN } from "./libc_signals.ts";

const SIGCHLD = 17;

/** Both overrule `sys.executable` on Linux too since CPython 3.11, even with -I; empty is unset. */
const NO_OTHER_PYTHON = { PYTHONEXECUTABLE: "", __PYVENV_LAUNCHER__: "" };

export const denoCommands: CommandRunner = {
  async run(path, args, timeoutMs, { env = {}, directory, stdin = "empty" } = {}) {
    const signal = AbortSignal.timeout(timeoutMs);
    // Under a parent that ignores SIGCHLD the kernel reaps our child itself and waiting fails with
    // ECHILD; the app must still inherit what the parent had set.
    const inherited = Deno.build.os === "linux" ? takeSignal(SIGCHLD) : undefined;
    try {
      const child = new Deno.Command(path, {
        args: [...args],
        env: { ...env, ...NO_OTHER_PYTHON },
        ...(directory === undefined ? {} : { cwd: directory }),
        stdin: stdin === "held" ? "piped" : "null",
        stdout: "piped",
        stderr: "piped",
        signal,
      }).spawn();
      let output: Deno.CommandOutput;
      try {
        output = await child.output();
      } finally {
        // What it has started may be there still, after a timeout.
        if (stdin === "held") await child.stdin.close().catch(() => {});
      }
      const { code, stdout, stderr } = output;
      const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      return { code, stdout: decode(stdout), stderr: decode(stderr) };
    } catch (error) {
      const errno = error instanceof Deno.errors.NotFound
        ? "ENOENT"
        : error instanceof Deno.errors.PermissionDenied
        ? "EACCES"
        : "OTHER";
      // Deno's message repeats the path.
      const why = String((error as Error).message).replace(/^Failed to spawn '.*?': /, "");
      throw new FsError(errno, "run", path, new Error(why));
    } finally {
      // Deno has installed its own handler by now; anything but "ignore" ends up default at exec.
      if (inherited === SIG_IGN) putSignal(SIGCHLD, inherited);
    }
  },
};
