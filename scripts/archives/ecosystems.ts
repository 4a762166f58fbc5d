/**
 * Unpacks the archives of ecosystems.txt (npm packages, crates, Go modules, jars: other writers than
 * Python's) with the compiled binary, and compares each tree with the one of GNU tar or CPython's zipfile.
 *
 *   deno run -A scripts/archives/ecosystems.ts [npm|crate|go|jar…]
 *
 * Needs npm, cargo, go and mvn and their registries once, and dist/edgeboot or EDGEBOOT_E2E_BINARY. Ends
 * with 1 where one archive was refused or became another tree.
 */
import { compare } from "../../tests/e2e/archives/compare.ts";
import { parallel } from "../../tests/e2e/archives/parallel.ts";
import { filesIn } from "../../tests/e2e/archives/pypi.ts";
import { fetchAll } from "./ecosystems/fetch.ts";
import { type Kind, KINDS, parsePins } from "./ecosystems/pins.ts";

/** With which other tool the trees of a kind are compared. */
const TOOLS: Readonly<Record<Kind, "tar" | "zip">> = {
  npm: "tar",
  crate: "tar",
  go: "zip",
  jar: "zip",
};

interface Row {
  readonly kind: Kind;
  readonly archives: number;
  equal: number;
  refused: number;
  different: number;
  entries: number;
}

const PINS = parsePins(await Deno.readTextFile(new URL("ecosystems.txt", import.meta.url)));

async function compareAll(kind: Kind): Promise<Row> {
  const pins = PINS.filter((pin) => pin.kind === kind);
  const files = filesIn(await fetchAll(kind, pins));
  if (files.length !== pins.length) throw new Error(`${kind}: ${files.length} of ${pins.length}`);
  const row = { kind, archives: files.length, equal: 0, refused: 0, different: 0, entries: 0 };
  await parallel(files, async (file) => {
    const { verdict, entries, differences } = await compare(file, TOOLS[kind]);
    row.entries += entries;
    if (verdict !== "accepted") row.refused++;
    else if (differences.length > 0) row.different++;
    else return void row.equal++;
    console.log(`${file.replace(/.*\//, "")}: ${verdict}`);
    for (const line of differences.slice(0, 5)) console.log(`  ${line}`);
  });
  return row;
}

const unknown = Deno.args.filter((arg) => !KINDS.some((kind) => kind === arg));
if (unknown.length > 0) {
  console.error(`ecosystems: ${unknown.join(" ")}: choose of ${KINDS.join(", ")}`);
  Deno.exit(2);
}
const chosen = KINDS.filter((kind) => Deno.args.length === 0 || Deno.args.includes(kind));
const rows: Row[] = [];
for (const kind of chosen) rows.push(await compareAll(kind));
console.table(rows);
Deno.exit(rows.every(({ archives, equal }) => archives === equal) ? 0 : 1);
