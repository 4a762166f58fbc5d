import type { Target } from "./base_runtime.ts";

/**
 * What the compiled binary may do. Deno fixes this at compile time; nothing can widen it later, as
 * `--no-prompt` turns every other request into an error.
 */

/**
 * Where glibc lives. FFI permission compares the exact string that `Deno.dlopen` is given (`/lib/…` and
 * `/usr/lib/…` do not match each other, symlink or not), so this is the list of src/host/libc.ts, and a
 * test holds the two together. A path that does not exist is harmless: dlopen throws, nothing prompts.
 * musl is absent on purpose: the base runtime is linked against glibc and does not start there.
 */
export const LIBC_PATHS: Readonly<Record<Target, readonly string[]>> = {
  "x86_64-unknown-linux-gnu": libcPaths("x86_64"),
  "aarch64-unknown-linux-gnu": libcPaths("aarch64"),
};

function libcPaths(arch: string): string[] {
  return [
    `/usr/lib/${arch}-linux-gnu/libc.so.6`, // Debian, Ubuntu, distroless
    `/lib/${arch}-linux-gnu/libc.so.6`, // the same before /usr was merged
    "/usr/lib64/libc.so.6", // Fedora, RHEL, Amazon Linux, SUSE
    "/lib64/libc.so.6",
    "/usr/lib/libc.so.6", // Arch, Wolfi
  ];
}

export interface Permission {
  readonly flag: string;
  /** Why it is needed, and why it is not narrower. */
  readonly why: string;
}

export function permissions(target: Target): readonly Permission[] {
  return [...EVERYWHERE, {
    flag: `--allow-ffi=${LIBC_PATHS[target].join(",")}`,
    why:
      "exec, umask and syncfs exist only in libc. Scoped to libc itself, which keeps raw pointers " +
      "(Deno.UnsafePointer) out of reach; but it is no boundary for code that runs here, as libc has " +
      "dlopen and system. That is why the thread that reads archives has no permission at all, this " +
      "one included.",
  }];
}

const EVERYWHERE: readonly Permission[] = [
  {
    flag: "--no-prompt",
    why:
      "PID 1 in a container has nobody to ask; a missing permission must be an error, not a hang.",
  },
  {
    flag: "--allow-read",
    why:
      "Cache, registry directory, config, interpreters and *_FILE secrets are wherever the user " +
      "says. Making symlinks needs it unscoped. Deno still refuses /proc and /sys.",
  },
  {
    flag: "--allow-write",
    why:
      "The cache root and the output of pack and publish are chosen at run time; symlinks in a " +
      "layer need it unscoped.",
  },
  {
    flag: "--allow-net",
    why: "Registries, token services and redirect targets are configured or learned at run time.",
  },
  {
    flag: "--allow-env",
    why: "A release may set, default and unset any name before exec, so no list of names fits.",
  },
  {
    flag: "--allow-run",
    why:
      "Asks Python interpreters for their tags; their paths come from PATH or --python. A scoped " +
      "grant also fails as soon as the caller has LD_LIBRARY_PATH or any other LD_* set.",
  },
  {
    flag: "--allow-sys=uid",
    why:
      "Whose cache it is, for the default cache root and for messages. No host name, no interfaces, " +
      "no load: nothing else of the machine is asked for.",
  },
  {
    flag: "--deny-import",
    why:
      "By default a compiled program may import code from seven hosts at run time. It never should.",
  },
];
