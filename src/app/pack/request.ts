import type { AppId } from "../../model/app_id.ts";
import type { EntryPoint } from "../../model/entry_point.ts";
import type { Wanted } from "../../pack/lock/select.ts";

/** Where dependencies come from. Paths are as they were typed. */
export type DependencySource =
  /** `uv.lock`, `pylock.toml`, `poetry.lock`, `pdm.lock`; files are looked for in `wheels` first */
  | { readonly kind: "lock"; readonly file: string; readonly wheels?: string }
  | { readonly kind: "requirements"; readonly files: readonly string[]; readonly wheels?: string }
  | { readonly kind: "wheels"; readonly directory: string }
  | { readonly kind: "venv"; readonly directory: string }
  | { readonly kind: "site-packages"; readonly directory: string }
  | { readonly kind: "pyz"; readonly file: string }
  | { readonly kind: "none" };

/** Where the app's own code comes from. */
export type CodeSource =
  /** built as a wheel (PEP 517) */
  | { readonly kind: "project"; readonly directory: string }
  /** as it lies there */
  | { readonly kind: "source"; readonly directory: string }
  /** It is among the dependencies. */
  | { readonly kind: "none" };

export const LAYERINGS = ["wheels", "one"] as const;
export type Layering = typeof LAYERINGS[number];

/** `edgeboot pack`, as a command line asks for it. */
export interface PackRequest {
  readonly app: AppId;
  readonly version: string;
  /** The directory that becomes, or is, a registry. */
  readonly output: string;
  readonly dependencies: DependencySource;
  readonly code: CodeSource;
  /** `3.11`; none: the one that is found here */
  readonly pythons: readonly string[];
  /** `manylinux_2_28_x86_64`; none: this machine's */
  readonly platforms: readonly string[];
  /** of the default entry point */
  readonly entry: EntryPoint | undefined;
  readonly entryPoints: ReadonlyMap<string, EntryPoint>;
  readonly layering: Layering;
  /** What of a lock is wanted besides the project's dependencies. */
  readonly wanted: Wanted;
  /** Projects whose source may be built here, normalized. */
  readonly allowBuild: ReadonlySet<string>;
  /** Paths of the source that are packed although they look like secrets, relative to it. */
  readonly allowFiles: ReadonlySet<string>;
  /** undefined: where a Python is here that a variant fits */
  readonly check: boolean | undefined;
  /** of PEP 503; undefined: as pip and uv are configured */
  readonly indexUrl: string | undefined;
}
