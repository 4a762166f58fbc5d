import type { WheelTarget } from "./recipe.ts";

/** BINPRM_BUF_SIZE was 128 before Linux 5.1, with the end of the text; a blank ends a `#!` line (execve(2)). */
const LINE_BUFFER = 128;

/**
 * The first lines of a script for an interpreter: one `#!` line where the kernel takes it, else lines that
 * are shell and Python at once, as installers write them.
 */
export function scriptHeader(interpreter: string): string {
  const line = `#!${interpreter}`;
  if (new TextEncoder().encode(line).length < LINE_BUFFER && !/\s/.test(interpreter)) {
    return `${line}\n`;
  }
  const quoted = `"${interpreter.replace(/["\\$`]/g, "\\$&")}"`;
  return `#!/bin/sh\n'''exec' ${quoted} "$0" "$@"\n' '''\n`;
}

/**
 * sysconfig's `posix_venv` scheme, and for headers what pip uses in a virtual environment.
 * @param library `python3.11`
 */
export function environmentPaths(library: string): Pick<WheelTarget, "paths" | "headers"> {
  const site = `lib/${library}/site-packages`;
  return {
    paths: { purelib: site, platlib: site, scripts: "bin", data: "" },
    headers: `include/site/${library}`,
  };
}
