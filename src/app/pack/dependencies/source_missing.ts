import { EdgebootError } from "../../../model/errors.ts";

/** What was named as a source is not there, or is none. @returns SOURCE_INVALID (65) */
export function sourceMissing(path: string, why: string, next: string): EdgebootError {
  return new EdgebootError(
    "SOURCE_INVALID",
    { what: `cannot pack ${path}`, why, next },
    { facts: { path } },
  );
}
