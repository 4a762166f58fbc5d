import { EdgebootError } from "../../model/errors.ts";
import type { AppRef } from "../../model/ref.ts";

/** What a template of `edgeboot init` is filled in with. */
export interface InitRequest {
  readonly kind: string;
  readonly appRef: AppRef | undefined;
  /** Of the command line, by name without dashes. */
  readonly options: ReadonlyMap<string, string | true>;
  /** The registry of the settings, without credentials: what is printed is committed somewhere. */
  readonly registry: string | undefined;
}

/** Pure: text in place of files, so that whoever reads it decides where it goes. */
export type Template = (request: InitRequest) => string;

/**
 * The value of an option, checked, because it goes into a file of another syntax as it is.
 * @param expected in words, for the error
 * @throws EdgebootError USAGE (64)
 */
export function optionOf(
  { kind, options }: Pick<InitRequest, "kind" | "options">,
  name: string,
  fallback: string,
  pattern: RegExp,
  expected: string,
): string {
  const given = options.get(name);
  const value = typeof given === "string" ? given : fallback;
  if (pattern.test(value)) return value;
  throw initUsage(kind, `--${name} must be ${expected}, and is ${JSON.stringify(value)}`);
}

/** @throws EdgebootError USAGE (64) where the kind needs an app and there is none */
export function appOf({ kind, appRef }: InitRequest): AppRef {
  if (appRef !== undefined) return appRef;
  throw initUsage(kind, `an app is missing: edgeboot init ${kind} APP[@REF]`);
}

/** An image's name as Docker and Kubernetes take it: registry, path, tag, digest. */
export const IMAGE_NAME =
  /^[a-z0-9][a-zA-Z0-9._:/-]*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

/** Of a user that is not root. */
export const PLAIN_UID = /^[1-9]\d{0,9}$/;

/** USAGE (64) of `edgeboot init KIND`. */
export function initUsage(kind: string, why: string): EdgebootError {
  return new EdgebootError("USAGE", {
    what: `cannot print what \`edgeboot init ${kind}\` asks for`,
    why,
    next: "see `edgeboot help init`",
  });
}
