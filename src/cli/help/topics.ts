import { CACHE, ROLLBACK } from "./topics/cache.ts";
import { CONTAINERS } from "./topics/containers.ts";
import { DEPENDENCIES } from "./topics/dependencies.ts";
import { DOCTOR } from "./topics/doctor.ts";
import { LAUNCH, PYTHON } from "./topics/launch.ts";
import { LOGGING, METRICS } from "./topics/logging.ts";
import { PUBLISH } from "./topics/publish.ts";
import { PACK } from "./topics/pack.ts";
import { REGISTRY } from "./topics/registry.ts";
import { S3 } from "./topics/s3.ts";
import { SYSTEMD } from "./topics/systemd.ts";

export const OVERVIEW =
  `edgeboot fetches a Python app's bundle, checks its SHA-256, unpacks it into a
cache and execs Python with the right PYTHONPATH.

  edgeboot run APP[@REF] [ARGS…]
  edgeboot run --bundle URL --sha256 HEX [--entry E] [-- ARGS…]
`;

/** In the order in which help and the man page name them: what it does, where it runs, how to look at it. */
export const TOPICS: Readonly<Record<string, string>> = {
  registry: REGISTRY,
  pack: PACK,
  dependencies: DEPENDENCIES,
  publish: PUBLISH,
  s3: S3,
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
