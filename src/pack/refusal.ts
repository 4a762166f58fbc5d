import { EdgebootError, type ErrorFacts, type ErrorText } from "../model/errors.ts";

/** What `pack` does not do, by the names that machines get: in the field `rule` of an error. */
export type PackRule =
  | "wheel-unfit"
  | "two-versions"
  | "not-locked"
  | "weak-digest"
  | "unhashed"
  | "sdist"
  | "same-file"
  | "secret"
  | "editable"
  | "link"
  | "special-file"
  | "name"
  | "no-entry-point"
  | "too-high";

/** @returns PACK_REFUSED (65) */
export function refused(rule: PackRule, text: ErrorText, facts: ErrorFacts = {}): EdgebootError {
  return new EdgebootError("PACK_REFUSED", text, { facts: { ...facts, rule } });
}
