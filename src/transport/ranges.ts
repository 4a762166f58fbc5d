import type { Resume } from "../model/content.ts";
import type { HttpResponse } from "../host/ports.ts";

/** What a server sends of a content that we have the beginning of. */
export interface Rest {
  /** as in the request: bytes that are here already */
  readonly offset: number;
  /** bytes of the whole */
  readonly total: number;
  readonly validator: string | undefined;
  /** Nothing is missing. */
  readonly complete: boolean;
}

/** RFC 9110, 8.8.1: only a strong validator says that two contents are equal byte for byte. */
export function isStrong(validator: string | undefined): validator is string {
  return validator !== undefined && !validator.startsWith("W/");
}

/**
 * The headers that ask for the rest only, or undefined where nothing could prove that it belongs to what
 * is here. With If-Range a server sends the whole of a content that has changed (RFC 9110, 13.1.5).
 */
export function rangeRequest(resume: Resume): Record<string, string> | undefined {
  const range = `bytes=${resume.offset}-`;
  // A content that is its address needs no validator, and one from another mirror would be in the way.
  if (resume.immutable && resume.total !== undefined) return { range };
  return isStrong(resume.validator) ? { range, "if-range": resume.validator } : undefined;
}

/** undefined where the response is not the rest of the same content. */
export function restOf(
  response: Pick<HttpResponse, "status" | "header">,
  resume: Resume,
): Rest | undefined {
  const { offset } = resume;
  const range = response.header("content-range") ?? "";
  const total = response.status === 206 ? totalOfPart(range, offset) : totalOfUnsatisfied(range);
  if (total === undefined || (resume.total !== undefined && total !== resume.total)) {
    return undefined;
  }
  const validator = response.header("etag");
  if (response.status === 206) {
    const changed = !resume.immutable && validator !== undefined && validator !== resume.validator;
    return changed ? undefined : { offset, total, validator, complete: false };
  }
  // RFC 9110, 15.5.17: 416 with the length; where that is what we have, there is nothing left to send.
  const complete = response.status === 416 && total === offset;
  return complete ? { offset, total, validator: resume.validator, complete } : undefined;
}

/** `bytes 100-199/200`, RFC 9110, 14.4: the part has to begin at `offset` and to go to the end. */
function totalOfPart(range: string, offset: number): number | undefined {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(range);
  if (match === null || Number(match[1]) !== offset) return undefined;
  const total = Number(match[3]);
  return Number(match[2]) === total - 1 ? total : undefined;
}

function totalOfUnsatisfied(range: string): number | undefined {
  const match = /^bytes \*\/(\d{1,15})$/.exec(range);
  return match === null ? undefined : Number(match[1]);
}
