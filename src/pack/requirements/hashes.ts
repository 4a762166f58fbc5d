import { oneSha256 } from "../lock/locked_file.ts";
import type { Lock, LockedFile, LockedPackage } from "../lock/lock.ts";
import { refused } from "../refusal.ts";
import type { RequirementsFile } from "./requirements_file.ts";

/** SHA-256 that are allowed for a project, by its normalized name. */
export type AllowedHashes = ReadonlyMap<string, ReadonlySet<string>>;

/** The hashes of requirements; undefined where none is stated, and nothing is to be enforced. */
export function allowedHashes(files: readonly RequirementsFile[]): AllowedHashes | undefined {
  const all = files.flatMap(({ requirements }) => requirements);
  const isHashed = files.some(({ requiresHashes }) => requiresHashes) ||
    all.some(({ hashes }) => hashes.length > 0);
  if (!isHashed) return undefined;
  const allowed = new Map<string, Set<string>>();
  for (const { name, hashes } of all) {
    if (name === undefined) continue;
    const digests = hashes.flatMap((hash) => oneSha256([hash]) ?? []);
    allowed.set(name, new Set([...allowed.get(name) ?? [], ...digests]));
  }
  return allowed;
}

/**
 * What is resolved, without the files that no hash allows: as with pip, each project needs one once any has one.
 * @throws EdgebootError PACK_REFUSED (65)
 */
export function onlyAllowed(lock: Lock, allowed: AllowedHashes): Lock {
  return { ...lock, packages: lock.packages.map((one) => onlyAllowedOf(one, lock.file, allowed)) };
}

function onlyAllowedOf(one: LockedPackage, file: string, allowed: AllowedHashes): LockedPackage {
  const digests = allowed.get(one.name);
  const next = "write the requirements again with their hashes, for example with `uv pip compile " +
    "--generate-hashes` or `pip-compile --generate-hashes`";
  const facts = { package: one.name, path: file };
  if (digests === undefined || digests.size === 0) {
    throw refused("unhashed", {
      what: `${one.name} ${one.version} has no hash`,
      why: `${file} states hashes, and then each project needs a SHA-256 of its own`,
      next,
    }, facts);
  }
  const isAllowed = ({ sha256 }: LockedFile) => sha256 !== undefined && digests.has(sha256);
  const wheels = one.wheels.filter(isAllowed);
  const sdist = one.sdist !== undefined && isAllowed(one.sdist) ? one.sdist : undefined;
  if (wheels.length > 0 || sdist !== undefined) return { ...one, wheels, sdist };
  throw refused("unhashed", {
    what: `no file of ${one.name} ${one.version} has a hash that ${file} states`,
    why: `the index has ${
      [...one.wheels, ...one.sdist === undefined ? [] : [one.sdist]]
        .map(({ name, sha256 }) => `${name} with ${sha256}`).join(", ")
    }`,
    next,
  }, facts);
}
