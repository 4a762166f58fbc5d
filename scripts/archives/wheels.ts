/**
 * Unpacks the wheels of the 100 packages of tests/e2e/archives/packages.txt, and the sdists of some,
 * with the compiled binary, and compares each tree with the one of CPython's zipfile or GNU tar:
 * names, contents, executable bits, symlinks.
 *
 *   deno run -A scripts/archives/wheels.ts         needs PyPI once (400 MB), and dist/edgeboot or
 *                                                  EDGEBOOT_E2E_BINARY
 */
import { compare } from "../../tests/e2e/archives/compare.ts";
import { parallel } from "../../tests/e2e/archives/parallel.ts";
import { download, filesIn, type Kind, readPackages } from "../../tests/e2e/archives/pypi.ts";

const packages = readPackages();
let sound = true;
for (const [kind, tool] of [["wheel", "zip"], ["sdist", "tar"]] as const) {
  sound = await compareAll(kind, tool) && sound;
}
Deno.exit(sound ? 0 : 1);

async function compareAll(kind: Kind, tool: "zip" | "tar"): Promise<boolean> {
  const pins = packages.filter(({ kinds }) => kinds.includes(kind)).map(({ pin }) => pin);
  const files = filesIn(await download(kind, pins));
  const began = performance.now();
  let [equal, entries] = [0, 0];
  await parallel(files, async (file) => {
    const result = await compare(file, tool);
    entries += result.entries;
    if (result.verdict === "accepted" && result.differences.length === 0) return void equal++;
    console.log(`${file.replace(/.*\//, "")}: ${result.verdict}`);
    for (const line of result.differences.slice(0, 5)) console.log(`  ${line}`);
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const other = tool === "zip" ? "CPython's zipfile" : "GNU tar";
  console.log(
    `${kind}s: ${equal} of ${pins.length} equal to ${other}, ${entries} entries, ${seconds} s`,
  );
  return equal === pins.length && files.length === pins.length;
}
