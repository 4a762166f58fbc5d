import type { FlagSpec } from "./flags.ts";

export const INIT_KINDS = ["docker", "kubernetes"] as const;

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
