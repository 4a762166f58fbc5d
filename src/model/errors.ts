/**
 * Every way edgeboot can refuse, as a closed set. A code is what tests and log queries match on;
 * the exit code follows from it, so that no caller can pair the two wrongly.
 *
 * Exit codes are those of sysexits.h, plus the shell's 126 and 127.
 */
export const EXIT_CODES = {
  USAGE: 64,
  APP_ID_INVALID: 64,
  REF_INVALID: 64,
  DIGEST_INVALID: 64,

  DIGEST_MISMATCH: 65,
  SIZE_MISMATCH: 65,
  ARCHIVE_BROKEN: 65,
  ARCHIVE_HOSTILE: 65,
  ARCHIVE_UNKNOWN: 65,
  BUDGET_EXCEEDED: 65,
  RELEASE_INVALID: 65,
  CHANNEL_OUTDATED: 65,
  CHANNEL_MOVED: 65,
  VERSION_TAKEN: 65,
  WHEEL_INVALID: 65,
  CACHE_DAMAGED: 65,
  SOURCE_INVALID: 65,
  PACK_REFUSED: 65,
  BUILD_FAILED: 65,
  CHECK_FAILED: 65,

  REGISTRY_UNREACHABLE: 69,
  BLOB_UNREACHABLE: 69,
  BLOB_MISSING: 69,
  OFFLINE: 69,
  INDEX_UNREACHABLE: 69,
  RELEASE_NOT_CACHED: 69,
  TREE_NOT_CACHED: 69,

  INTERNAL: 70,

  CACHE_UNWRITABLE: 73,

  DISK_FULL: 74,
  IO: 74,

  LOCK_TIMEOUT: 75,
  REGISTRY_BUSY: 75,

  REGISTRY_DENIED: 77,
  PERMISSION_DENIED: 77,

  REGISTRY_UNSET: 78,
  REGISTRY_UNSUPPORTED: 78,
  CONFIG_INVALID: 78,
  APP_UNKNOWN: 78,
  REF_UNKNOWN: 78,
  VARIANT_UNFIT: 78,

  PYTHON_NOT_EXECUTABLE: 126,
  PYTHON_NOT_FOUND: 127,
  ENTRY_POINT_UNKNOWN: 127,
} as const;

export type ErrorCode = keyof typeof EXIT_CODES;

/** The three parts of every message: what failed, why, and what the reader can do next. */
export interface ErrorText {
  readonly what: string;
  readonly why: string;
  readonly next: string;
}

/**
 * What is known of a failure besides its words, under the names that machines get it by, in the log and
 * in `--json`; a closed set. Who tells errors apart looks here and at the code, never at the words.
 */
export interface ErrorFacts {
  readonly app?: string | undefined;
  readonly ref?: string | undefined;
  readonly version?: string | undefined;
  readonly channel?: string | undefined;
  /** of the release, of the layer where the error is about one, or of the bundle */
  readonly digest?: string | undefined;
  /** the app or ref that was probably meant */
  readonly suggestion?: string | undefined;
  /** without credentials and query */
  readonly url?: string | undefined;
  readonly path?: string | undefined;
  /** in the release document */
  readonly json_path?: string | undefined;
  readonly expected?: string | undefined;
  readonly found?: string | undefined;
  /** of a wheel file */
  readonly wheel?: string | undefined;
  /** in the archive, above what should be importable */
  readonly folder?: string | undefined;
  /** of the archive, or the entry point */
  readonly entry?: string | undefined;
  readonly format?: string | undefined;
  /** of a project, normalized */
  readonly package?: string | undefined;
  /** of `edgeboot help archives`, or of `edgeboot help pack` */
  readonly rule?: string | undefined;
  /** the setting that was exceeded */
  readonly limit?: string | undefined;
  /** of HTTP */
  readonly status?: number | undefined;
  /** what is wrong with a server's certificate */
  readonly certificate?: string | undefined;
  readonly uid?: number | undefined;
  readonly damaged?: number | undefined;
  /** bytes */
  readonly needed?: number | undefined;
  /** bytes */
  readonly free?: number | undefined;
  readonly cache?: string | undefined;
  readonly config?: string | undefined;
  readonly lock?: string | undefined;
}

export interface ErrorOptions {
  readonly cause?: unknown;
  readonly facts?: ErrorFacts;
}

export class EdgebootError extends Error {
  readonly code: ErrorCode;
  readonly text: ErrorText;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, text: ErrorText, options: ErrorOptions = {}) {
    super(`${text.what}: ${text.why}`, options.cause === undefined ? {} : { cause: options.cause });
    this.name = "EdgebootError";
    this.code = code;
    this.text = text;
    this.facts = options.facts ?? {};
  }

  get exitCode(): number {
    return EXIT_CODES[this.code];
  }

  /** The same failure, told with what an outer step knows. */
  withWhat(what: string): EdgebootError {
    return new EdgebootError(this.code, { ...this.text, what }, {
      cause: this.cause,
      facts: this.facts,
    });
  }

  /** The same failure with facts that only an outer step knows (the app, the layer). */
  withFacts(facts: ErrorFacts): EdgebootError {
    return new EdgebootError(this.code, this.text, {
      cause: this.cause,
      facts: { ...facts, ...this.facts },
    });
  }
}
