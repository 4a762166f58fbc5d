import type { ReleaseSource } from "../../app/events.ts";
import { oneOf } from "./shape.ts";

/** What a release's {@link ReleaseSource} means, in words. */
export const SOURCES: Readonly<Record<ReleaseSource, string>> = {
  cached: "named by its digest and cached",
  fetched: "named by its digest, from the registry",
  pinned: "pinned on this machine; the registry is not asked",
  fresh: "as it last started here; the registry is not asked (--refresh, --offline)",
  unchanged: "as the registry confirms",
  changed: "new from the registry",
  "last-good": "the last that started here",
  bundle: "one archive, no release",
};

/** The same as a word of public JSON. */
export const releaseSource = oneOf(...Object.keys(SOURCES) as ReleaseSource[]);
