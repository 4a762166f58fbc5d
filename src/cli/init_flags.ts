import type { FlagSpec } from "./flags.ts";

export const INIT_KINDS = ["docker", "kubernetes", "systemd"] as const;

export type InitKind = typeof INIT_KINDS[number];

/** Several kinds may share an option; each is refused by the others. */
interface InitFlag extends FlagSpec {
  readonly kinds: readonly InitKind[];
}

const OPTIONS: readonly InitFlag[] = [
  {
    kinds: ["docker"],
    name: "python",
    placeholder: "3.N,…",
    help: "versions of Python in the image (default: 3.11, which Debian 12 has)",
  },
  {
    kinds: ["docker"],
    name: "base",
    placeholder: "IMAGE",
    help: "the Debian 12 image to start from (default: docker.io/library/debian:bookworm-slim); " +
      "official Python images are taken from the same place",
  },
  {
    kinds: ["docker", "kubernetes"],
    name: "uid",
    placeholder: "UID",
    help: "the user that apps run as (default: 10001)",
  },
  {
    kinds: ["kubernetes"],
    name: "image",
    placeholder: "IMAGE",
    help: "the image that `init docker` describes, as the cluster finds it",
  },
  {
    kinds: ["kubernetes"],
    name: "volume",
    placeholder: "shared|node|pod",
    help: "where the cache is: one volume for all nodes, a directory of each node, or each pod's " +
      "own (default: shared)",
  },
  {
    kinds: ["kubernetes"],
    name: "port",
    placeholder: "PORT|none",
    help: "what the app listens on (default: 8000)",
  },
  {
    kinds: ["kubernetes"],
    name: "health",
    placeholder: "PATH",
    help: "what to ask by HTTP whether the app is ready (default: whether its port is open)",
  },
  {
    kinds: ["systemd"],
    name: "template",
    help: "edgeboot@.service, whose instances are apps, in place of one app's unit",
  },
  {
    kinds: ["systemd"],
    name: "type",
    placeholder: "exec|notify",
    help: "when the start is done: when edgeboot is executed, or when the app says READY=1 " +
      "(default: exec)",
  },
  {
    kinds: ["systemd"],
    name: "socket",
    placeholder: "ADDRESS",
    help: "also a socket unit that listens there: a port, ADDRESS:PORT or a path",
  },
  {
    kinds: ["systemd"],
    name: "token-file",
    placeholder: "FILE",
    help: "the registry's token, handed over with LoadCredential=",
  },
  {
    kinds: ["systemd"],
    name: "prefetch",
    help: "also a timer that fetches ahead, and a drop-in that starts what it fetched",
  },
  {
    kinds: ["systemd"],
    name: "collect",
    help: "also a timer that collects the cache",
  },
];

/** Which options a kind has; `--registry` goes with all of them. */
export function initOptions(kind: InitKind): string[] {
  return OPTIONS.filter(({ kinds }) => kinds.includes(kind)).map(({ name }) => name);
}

/** For the table of commands: one list, each option with the kinds that have it. */
export const INIT_FLAGS: readonly FlagSpec[] = OPTIONS.map(({ kinds, ...flag }) => ({
  ...flag,
  help: `${kinds.join(", ")}: ${flag.help}`,
}));
