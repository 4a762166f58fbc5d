import { parseSpecifiers, type Specifiers } from "../pep440/specifiers.ts";
import { normalizeName } from "../wheel/normalize.ts";
import { type Marker, parseMarker } from "./marker.ts";

/** `name[extra,…] specifiers ; marker`, or `name[extra] @ url ; marker` (PEP 508). */
export interface Requirement {
  /** normalized */
  readonly name: string;
  /** normalized */
  readonly extras: readonly string[];
  /** Of any version, where a URL is given. */
  readonly specifiers: Specifiers;
  readonly url: string | undefined;
  readonly marker: Marker | undefined;
}

const NAME = /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*/;
/** Poetry writes `name (>=1.0)`, as metadata of old did. */
const IN_BRACKETS = /^\(([^()]*)\)$/;

/** Returns undefined where the text is no requirement. */
export function parseRequirement(text: string): Requirement | undefined {
  const head = NAME.exec(text);
  if (head === null) return undefined;
  const [, name, listed = ""] = head;
  const rest = text.slice(head[0].length);
  const isUrl = rest.startsWith("@");
  // A URL may have a semicolon: a blank has to stand before the one that ends it.
  const split = isUrl ? /^@\s*(\S+)(?:\s+;(.*))?$/ : /^([^;]*)(?:;(.*))?$/;
  const parts = split.exec(rest.trim());
  if (parts === null) return undefined;
  const stated = parts[1]!.trim();
  const specifiers = parseSpecifiers(isUrl ? "" : IN_BRACKETS.exec(stated)?.[1] ?? stated);
  const marker = parts[2] === undefined ? undefined : parseMarker(parts[2]);
  if (specifiers === undefined || (parts[2] !== undefined && marker === undefined)) {
    return undefined;
  }
  const extras = listed.split(",").map((extra) => normalizeName(extra.trim())).filter(Boolean);
  const url = isUrl ? stated : undefined;
  return { name: normalizeName(name!), extras, specifiers, url, marker };
}
