import { assertEquals } from "@std/assert";
import { corpus } from "../../archive/corpora.ts";
import { e2e } from "../support/e2e.ts";
import { tabulate, tryCorpora } from "./corpora.ts";

const missing = corpus("malo").absent ? "there is no ../shared/corpora" : undefined;

/** How many files each corpus has, so that none is passed over. */
const FILES = {
  "malo tar accept": 8,
};

e2e("edgeboot fetch treats every archive of the corpora as decided", missing, async () => {
  const results = await tryCorpora();
  assertEquals(results.filter(({ fault }) => fault !== undefined), []);
  const counts = tabulate(results).map(({ group, files }) => [group, files]);
  assertEquals(Object.fromEntries(counts), FILES);
});
