import type { FlagSpec } from "./flags.ts";

/** Of `cache gc`; the limits default to what a cold start would collect down to. */
export const COLLECTING: readonly FlagSpec[] = [
  {
    name: "max-size",
    placeholder: "SIZE",
    help: "gc: remove the least recently used until no more than this is left (500MB, 2GiB)",
  },
  {
    name: "max-age",
    placeholder: "DURATION",
    help: "gc: remove what was not used for this long (12h, 30d), kept releases included",
  },
  {
    name: "keep",
    placeholder: "N",
    help: "gc: releases of each app to keep (default 2); 0 keeps only what is pinned. Without a " +
      "limit, or with --keep, all that no kept release needs is removed",
  },
  {
    name: "unlocked-age",
    placeholder: "DURATION",
    help:
      "gc: where nobody can tell what runs (no locks on this file system, trees of an image), " +
      "take for unused what was not started for this long; without it all of that is kept",
  },
  {
    name: "quarantine-age",
    placeholder: "DURATION",
    help: "gc: remove what `verify` found damaged this long ago (0s: all); without it nothing is",
  },
  { name: "quarantine", help: "list: what `verify` has moved out of the way" },
  { name: "dry-run", help: "gc: say what would be removed, remove nothing" },
];
