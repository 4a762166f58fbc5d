export interface MissingLibrary {
  readonly library: string;
  readonly files: readonly string[];
  /** An extension module needs it, so that an import fails; else something that is opened by its path. */
  readonly decisive: boolean;
  /** Where the trees have it although no search path leads there: something may load it before. */
  readonly inTree: string | undefined;
}

export interface MissingVersion {
  /** as `GLIBC_2.38` */
  readonly version: string;
  readonly library: string;
  /** where the library that lacks it was found */
  readonly path: string;
  readonly files: readonly string[];
  readonly decisive: boolean;
}

export interface OddFile {
  readonly file: string;
  readonly why: string;
  /** An import would fail on it: it is not a helper that lies beside one for this machine. */
  readonly decisive: boolean;
}

export interface WalkReport {
  /** ELF files that this interpreter could load */
  readonly files: number;
  /** Object files, and extension modules for other Pythons: never loaded. */
  readonly passedOver: number;
  readonly missing: readonly MissingLibrary[];
  readonly versions: readonly MissingVersion[];
  readonly odd: readonly OddFile[];
}
