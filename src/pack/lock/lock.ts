import type { Marker } from "../../python/pep508/marker.ts";
import type { Specifiers } from "../../python/pep440/specifiers.ts";

/**
 * What all lock files come to, in the terms of PEP 751: packages, and files of each. Those of one form name
 * every package with its marker, those of another a graph whose edges have the markers.
 */
export interface Lock {
  /** for messages: the path of the file */
  readonly file: string;
  readonly requiresPython: Specifiers | undefined;
  /** Where there are any, one has to hold: what the lock was resolved for. */
  readonly environments: readonly Marker[];
  /** Groups that are taken without being asked for, normalized. */
  readonly defaultGroups: readonly string[];
  /** What may be asked for; undefined: nothing is asked of it. */
  readonly offers?: Offers;
  readonly packages: readonly LockedPackage[];
  /** Where the graph begins; undefined: every package whose marker holds. */
  readonly roots: readonly Edge[] | undefined;
}

/** Extras and dependency groups of a project, normalized. */
export interface Offers {
  readonly extras: readonly string[];
  readonly groups: readonly string[];
}

export interface LockedPackage {
  /** normalized, PEP 503 */
  readonly name: string;
  /** undefined for sources that say it only when they are built */
  readonly version: string | undefined;
  readonly marker: Marker | undefined;
  readonly requiresPython: Specifiers | undefined;
  readonly source: PackageSource;
  readonly wheels: readonly LockedFile[];
  readonly sdist: LockedFile | undefined;
  readonly dependencies: readonly Edge[];
}

export type PackageSource =
  /** `url` of PEP 503; undefined: whichever index the tool is configured for */
  | { readonly kind: "index"; readonly url: string | undefined }
  /** `path` relative to the lock file */
  | { readonly kind: "directory"; readonly path: string; readonly editable: boolean }
  | { readonly kind: "vcs"; readonly text: string }
  /** The files are where they say. */
  | { readonly kind: "files" };

/** A wheel, or an sdist. */
export interface LockedFile {
  /** `numpy-2.4.5-cp311-cp311-manylinux_2_28_x86_64.whl` */
  readonly name: string;
  /** with whatever credentials stood there; undefined: the index has it under its name */
  readonly url: string | undefined;
  /** relative to the lock file */
  readonly path: string | undefined;
  /** bytes */
  readonly size: number | undefined;
  /** 64 hex; undefined where only weaker digests are stated */
  readonly sha256: string | undefined;
}

/** A dependency: what it names may be there in several versions. */
export interface Edge {
  /** normalized */
  readonly name: string;
  readonly version: string | undefined;
  readonly specifiers: Specifiers | undefined;
  /** What of the package is wanted, normalized. */
  readonly extras: readonly string[];
  /** `extra` in it means those that were asked for of the package that depends. */
  readonly marker: Marker | undefined;
}

/** Those of the markers that are there, all to hold. */
export function allOf(...markers: readonly (Marker | undefined)[]): Marker | undefined {
  const of = markers.filter((marker) => marker !== undefined);
  return of.length > 1 ? { kind: "and", of } : of[0];
}

/** At least one of them; undefined for none. */
export function anyOf(of: readonly Marker[]): Marker | undefined {
  return of.length > 1 ? { kind: "or", of } : of[0];
}

/** `"NAME" in extras` or `"NAME" in dependency_groups` */
export function wanted(variable: "extras" | "dependency_groups", name: string): Marker {
  return {
    kind: "comparison",
    left: { kind: "text", text: name },
    operator: "in",
    right: { kind: "variable", name: variable },
  };
}
