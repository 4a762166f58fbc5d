import { CACHE, ROLLBACK } from "./topics/cache.ts";
import { CONTAINERS } from "./topics/containers.ts";
import { DOCTOR } from "./topics/doctor.ts";
import { LAUNCH, PYTHON } from "./topics/launch.ts";
import { LOGGING, METRICS } from "./topics/logging.ts";
import { REGISTRY } from "./topics/registry.ts";
import { SYSTEMD } from "./topics/systemd.ts";

export const OVERVIEW =
  `edgeboot fetches a Python app's bundle, checks its SHA-256, unpacks it into a
cache and execs Python with the right PYTHONPATH.

  edgeboot run APP[@REF] [ARGS…]
  edgeboot run --bundle URL --sha256 HEX [--entry E] [-- ARGS…]
`;

export const EXIT_MEANINGS: Readonly<Record<number, string>> = {
  64: "usage: bad flag, bad app ID",
  65: "data: digest mismatch, hostile or broken archive, bad release JSON, damaged cache",
  69: "unavailable: registry or blob not reachable and nothing usable in the cache",
  70: "internal error: a bug, with how to report it",
  73: "the cache cannot be created or written",
  74: "I/O: disk full, read error",
  75: "temporary: lock wait ran out",
  77: "permission denied by the registry (401, 403) or the file system",
  78: "configuration: no registry, no such app or ref, no variant fits this machine",
  126: "Python found but cannot be executed",
  127: "no Python or no entry point found",
};

/** In the order in which help and the man page name them: what it does, where it runs, how to look at it. */
export const TOPICS: Readonly<Record<string, string>> = {
  registry: REGISTRY,
  launch: LAUNCH,
  python: PYTHON,
  cache: CACHE,
  rollback: ROLLBACK,
  containers: CONTAINERS,
  systemd: SYSTEMD,
  doctor: DOCTOR,
  logging: LOGGING,
  metrics: METRICS,
};
