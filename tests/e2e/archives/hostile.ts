/** An archive with a trick, and the rule that must refuse it. */
export interface Hostile {
  readonly what: string;
  /** "accepted" where the trick has no effect */
  readonly rule: string;
  readonly bytes: Uint8Array;
}
