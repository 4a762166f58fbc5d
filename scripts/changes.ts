/**
 * What a change costs on the wire: a line of an app's own code, and an upgrade of one dependency, of a project
 * with Django and pandas; bytes published, and bytes that a machine fetches that runs the version before. Beside
 * it the files that other tools make anew for the same change, compressed where they are not already.
 *
 *   deno task changes [alone]      needs PyPI, python3 with venv, and dist/edgeboot; alone: without other tools
 */
import { renderTable } from "./bench/table.ts";
import { EdgebootSide } from "./changes/edgeboot.ts";
import { peerSizes } from "./changes/peers.ts";
import { CHANGES, Project } from "./changes/project.ts";
import { PROJECT } from "../tests/e2e/support/binary.ts";

const alone = Deno.args.includes("alone");
const work = `${PROJECT}/.cache/changes`;
await Deno.remove(work, { recursive: true }).catch(() => {});
await Deno.mkdir(work, { recursive: true });

const project = await Project.create(`${work}/project`);
const side = await EdgebootSide.open(work, project);
const rows: string[][] = [];
for (const change of CHANGES) {
  await project.become(change);
  const cost = await side.cost(change);
  const peers = alone ? [] : await peerSizes(project, change, work);
  const bytes = [cost.published, cost.fetched, ...peers.map(({ bytes }) => bytes)];
  rows.push([change.name, ...bytes.map((count) => (count / 1000).toFixed(1))]);
}
await side.close();
const header = ["kB", "published", "fetched"];
console.log(renderTable(alone ? header : [...header, "image layer, pip", "shiv", "PEX"], rows));
