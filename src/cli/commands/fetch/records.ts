import type { Fetched } from "../../../app/fetch/fetch.ts";
import type { RecordDeclaration } from "../../command.ts";
import {
  count,
  type Described,
  described,
  digest,
  list,
  optional,
  record,
  text,
} from "../../json/shape.ts";
import { digestText } from "../../json/words.ts";
import { PLANNED } from "../explain/record.ts";

const APP = record({
  label: text,
  version: optional(text),
  digest,
  trees: described(list(text), "paths, in the order of PYTHONPATH"),
  fetched_layers: described(count, "that were not in the cache before"),
});

export const FETCHES = record({ apps: list(APP) });

export const FETCHED: RecordDeclaration = {
  title: "What is in the cache now, one item for each APP; those before one that failed",
  shape: FETCHES,
};

export const FETCH_PLAN: RecordDeclaration = {
  title: "What `fetch` would do, one item for each APP",
  shape: PLANNED,
};

/** One fetched app for machines. */
export function fetchedRecord(fetched: Fetched): Described<typeof APP> {
  const { label, version, trees } = fetched;
  const { digest, fetchedLayers } = fetched;
  return { label, version, digest: digestText(digest), trees, fetched_layers: fetchedLayers };
}
