export type RuleName =
  | "unknown-room"
  | "room-order"
  | "host-implementation"
  | "outside-src"
  | "deno-global"
  | "lazy-modules"
  | "verified-blob"
  | "store-face"
  | "no-cycles"
  | "long-file"
  | "exit-code"
  | "docstring"
  | "generated-file"
  | "commit-subject"
  | "layout";

export interface Violation {
  readonly rule: RuleName;
  readonly path: string;
  /** from 1; 0 for the file as a whole */
  readonly line: number;
  readonly message: string;
}

/** A file and where it is, relative to the project's root, with `/`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}
