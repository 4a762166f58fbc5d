import { type Sha256, shortDigest } from "../model/digest.ts";
import { EdgebootError } from "../model/errors.ts";
import type { ResolvedRelease } from "./start/resolved_release.ts";

/**
 * The error with the name of what it is about: whoever reads it alone, a line of a log, must learn which
 * app, and of what is wrong with an archive which layer. Anything but an EdgebootError is returned as it came.
 */
export function about(
  error: unknown,
  { label, app }: Pick<ResolvedRelease, "label" | "app">,
  layer?: Sha256,
): unknown {
  if (!(error instanceof EdgebootError)) return error;
  const facts = {
    ...app === undefined ? {} : { app },
    ...layer === undefined ? {} : { digest: layer },
  };
  const { what } = error.text;
  if (what.includes(label)) return error.withFacts(facts);
  const needsLayer = layer !== undefined && /^(?:ARCHIVE|BUDGET)_/.test(error.code) &&
    !label.includes(shortDigest(layer));
  const place = needsLayer ? `${label}, layer ${shortDigest(layer)}` : label;
  return error.withFacts(facts).withWhat(`${place}: ${what}`);
}
