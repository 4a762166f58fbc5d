/** Whose files are believed, besides those of root and of the user who asks. */
export type TrustedUids = ReadonlySet<number> | "any";
