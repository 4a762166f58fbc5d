import { EdgebootError } from "../../../model/errors.ts";
import type { LockedFile, LockedPackage } from "../../../pack/lock/lock.ts";
import { publicUrl, withoutCredentials } from "../../../pack/index/address.ts";
import { refused } from "../../../pack/refusal.ts";
import { type LayerDigest, tryParseLayerDigest } from "../../../model/digest.ts";

/** A file that is to be brought here: of which package, and by what digest it is known. */
export interface WantedFile {
  readonly of: LockedPackage;
  readonly file: LockedFile;
  readonly sha256: LayerDigest;
  /** What says so: the lock file, for messages. */
  readonly lock: string;
  /** absolute, of the lock file: what its relative paths are relative to */
  readonly directory: string;
  /** where it is looked for first */
  readonly wheels: string | undefined;
}

/** A file that is here, and whose bytes have the digest. */
export interface BroughtFile {
  /** absolute */
  readonly path: string;
  /** bytes */
  readonly size: number;
  /** where everybody may fetch it */
  readonly url: string | undefined;
}

/** @throws EdgebootError PACK_REFUSED (65) where no SHA-256 is stated */
export function digestOf(file: LockedFile, lock: string, of: LockedPackage): LayerDigest {
  const digest = file.sha256 === undefined ? undefined : tryParseLayerDigest(file.sha256);
  if (digest !== undefined) return digest;
  throw refused("weak-digest", {
    what: `${file.name} cannot be verified`,
    why: `${lock} states no SHA-256 of it`,
    next: "lock again with a current version of the tool, against an index that states SHA-256",
  }, { package: of.name, path: lock });
}

/** `numpy 2.4.5` */
export function titleOf({ name, version }: LockedPackage): string {
  return version === undefined ? name : `${name} ${version}`;
}

/** The address of a file, as it may be shown and written down. */
export function shownUrl(url: string): string {
  return publicUrl(url) ?? withoutCredentials(url).replace(/\?.*/, "?…");
}

/** @returns INDEX_UNREACHABLE (69), REGISTRY_DENIED (77), or what is no fault of an index as it came */
export function fetchFailed(
  { of, file, sha256, lock }: WantedFile,
  url: string,
  error: unknown,
): unknown {
  if (!(error instanceof EdgebootError)) return error;
  const what = `cannot fetch ${file.name} of ${titleOf(of)}`;
  const shown = shownUrl(url);
  const facts = { ...error.facts, package: of.name, url: shown, digest: sha256 };
  const { why } = error.text;
  switch (error.code) {
    case "REGISTRY_UNREACHABLE":
    case "BLOB_UNREACHABLE":
    case "BLOB_MISSING":
      return new EdgebootError("INDEX_UNREACHABLE", {
        what,
        why: `${shown}: ${why}`,
        next: "check that the index can be reached from here; --index-url names another one, and " +
          "--wheels DIR has files that are here already",
      }, { cause: error, facts });
    case "REGISTRY_DENIED":
      return new EdgebootError("REGISTRY_DENIED", {
        what,
        why: `${shown}: the server answered ${error.facts.status}`,
        next:
          "give it credentials as for pip: in ~/.netrc, or in the URL of PIP_INDEX_URL or --index-url",
      }, { cause: error, facts });
    case "DIGEST_MISMATCH":
    case "SIZE_MISMATCH":
      return new EdgebootError(error.code, {
        what: `${file.name} of ${titleOf(of)} is not what was locked`,
        why: `${lock} has the SHA-256 ${sha256}${
          file.size === undefined ? "" : ` and ${file.size} bytes`
        }, ${shown} has ${error.facts.found ?? "another size"}`,
        next: "find out who has changed it; then lock again",
      }, { cause: error, facts });
    default:
      return error;
  }
}
