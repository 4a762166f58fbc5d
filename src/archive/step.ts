/** What to do with one entry. `parents` are directories to make first, outermost first. */
export type Step =
  /** The root, or one that the path of an earlier entry implied. */
  | { readonly action: "keep directory"; readonly path: string; readonly parents: readonly [] }
  | { readonly action: "leave out"; readonly path: string; readonly parents: readonly string[] }
  | {
    readonly action: "make directory";
    readonly path: string;
    readonly parents: readonly string[];
  }
  | {
    readonly action: "write file";
    readonly path: string;
    readonly parents: readonly string[];
    readonly executable: boolean;
  }
  /** It came before: refused unless this one has the same content. */
  | { readonly action: "compare file"; readonly path: string; readonly parents: readonly [] }
  /** It came before, and is the same. */
  | { readonly action: "nothing"; readonly path: string; readonly parents: readonly [] }
  | {
    readonly action: "make symlink";
    readonly path: string;
    readonly parents: readonly string[];
    readonly target: string;
  }
  | {
    readonly action: "make hardlink";
    readonly path: string;
    readonly parents: readonly string[];
    readonly existing: string;
  };
