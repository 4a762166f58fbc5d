/**
 * What is too large for the gate, on dist/edgeboot as it is:
 *
 *   deno run -A scripts/large.ts [FORMAT…]  archives of more than 4 GiB and 65,535 files against unzip and
 *                                           GNU tar (45 GB of reading and writing, 20 GB of disk)
 *   deno run -A scripts/large.ts torch      torch with its CUDA libraries as one layer, beside a plain
 *                                           virtual environment (3 GB from PyPI, 20 GB of disk)
 *
 * EDGEBOOT_LARGE names another directory to work in than .cache/large; what is made there is removed.
 */
import { compareArchives } from "./large/archives.ts";
import { compareTorch } from "./large/torch.ts";

const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
const parent = Deno.env.get("EDGEBOOT_LARGE") ?? `${root}/.cache/large`;
await Deno.mkdir(parent, { recursive: true });
const work = await Deno.makeTempDir({ dir: parent, prefix: "large-" });
let sound = false;
try {
  sound = Deno.args[0] === "torch"
    ? await compareTorch(work)
    : await compareArchives(work, Deno.args);
} finally {
  await new Deno.Command("chmod", { args: ["-R", "u+w", work] }).output();
  await Deno.remove(work, { recursive: true });
}
console.log(sound ? "equal" : "NOT EQUAL");
Deno.exit(sound ? 0 : 1);
