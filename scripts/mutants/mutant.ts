/** A small change that would be dangerous if nobody noticed. */
export interface Mutant {
  /** Relative to the project's root. */
  readonly file: string;
  /** Occurs exactly once in the file; a line's number would not outlive the next change. */
  readonly find: string;
  readonly replace: string;
  /** What goes wrong with it. */
  readonly why: string;
  /** Test files or directories of which one has to notice. */
  readonly tests: readonly string[];
  /** It was found alive once: it may never survive again. */
  readonly never?: true;
}

/** The text with the change made, or why it cannot be: then the list has to follow the source. */
export function mutate(
  text: string,
  { find, replace }: Mutant,
): { text: string } | { stale: string } {
  const parts = text.split(find);
  if (parts.length === 1) return { stale: "its text is not in the file" };
  if (parts.length > 2) return { stale: `its text is in the file ${parts.length - 1} times` };
  return { text: parts.join(replace) };
}

/** Makes mutants of one file. */
export function changes(file: string, tests: readonly string[]) {
  return (find: string, replace: string, why: string, never?: "never"): Mutant => ({
    ...{ file, find, replace, why, tests },
    ...(never === undefined ? {} : { never: true }),
  });
}
