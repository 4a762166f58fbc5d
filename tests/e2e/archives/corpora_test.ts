import { assertEquals } from "@std/assert";
import { corpus } from "../../archive/corpora.ts";
import { e2e } from "../support/e2e.ts";
import { tabulate, tryCorpora } from "./corpora.ts";

const missing = corpus("malo").absent ? "there is no ../shared/corpora" : undefined;

/** How many files each corpus has, so that none is passed over. */
const FILES = {
  "malo tar accept": 7,
  "malo tar iffy": 19,
  "malo tar malicious": 62,
  "malo tar reject": 13,
  "malo zip accept": 9,
  "malo zip iffy": 49,
  "malo zip malicious": 8,
  "malo zip reject": 13,
  "malo zstd accept": 14,
  "malo zstd iffy": 22,
  "malo zstd malicious": 8,
  "malo zstd reject": 23,
  "malo deflate accept": 8,
  "malo deflate iffy": 1,
  "malo deflate malicious": 1,
  "malo deflate reject": 13,
  "malo deflate in gzip accept": 8,
  "malo deflate in gzip iffy": 1,
  "malo deflate in gzip malicious": 1,
  "malo deflate in gzip reject": 13,
  "jwilk": 16,
  "CPython filters": 38,
  "node-tar tars": 16,
  "node-tar": 5,
  "CPython archivetestdata": 8,
};

e2e("edgeboot fetch treats every archive of the corpora as decided", missing, async () => {
  const results = await tryCorpora();
  assertEquals(results.filter(({ fault }) => fault !== undefined), []);
  const counts = tabulate(results).map(({ group, files }) => [group, files]);
  assertEquals(Object.fromEntries(counts), FILES);
});
