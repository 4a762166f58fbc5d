/**
 * Every archive of ../shared/corpora through the compiled binary (dist/edgeboot, or
 * EDGEBOOT_E2E_BINARY), as a table.
 *
 *   deno run -A scripts/archives/corpora.ts [-v]     -v: the verdict on each file
 */
import { tabulate, tryCorpora } from "../../tests/e2e/archives/corpora.ts";

const began = performance.now();
const results = await tryCorpora();
if (results.length === 0) {
  console.error("there is no ../shared/corpora beside the project");
  Deno.exit(2);
}
if (Deno.args.includes("-v")) {
  for (const { group, name, verdict } of results) console.log(`${group}/${name}: ${verdict}`);
}
console.log("| corpus | files | as decided | accepted | refused |");
console.log("| --- | ---: | ---: | ---: | ---: |");
for (const { group, files, good, accepted } of tabulate(results)) {
  console.log(`| ${group} | ${files} | ${good} | ${accepted} | ${files - accepted} |`);
}
const faults = results.filter(({ fault }) => fault !== undefined);
for (const { group, name, fault } of faults) console.log(`${group}/${name}: ${fault}`);
const seconds = ((performance.now() - began) / 1000).toFixed(0);
console.log(`${results.length - faults.length} of ${results.length} as decided, ${seconds} s`);
Deno.exit(faults.length === 0 ? 0 : 1);
