/**
 * One base image and bundles beside one image per app: bytes stored, pulled, and times to start, from
 * images that are built here and layers that are compressed as a registry has them.
 *
 *   deno task images         needs root, debootstrap, buildah, runc, PyPI, and dist/edgeboot
 *
 * Assumed: apps have one of three sets of dependencies, in turn; an app's own code is 200 kB that hardly
 * compresses; the image of an app is made well: the same Debian and Python layers for all, dependencies in
 * a layer of their own before the code's, no pip and no bytecode in it.
 */
import { renderTable } from "./bench/table.ts";
import { appImages, baseImages } from "./images/build.ts";
import { comparison, type Sizes } from "./images/model.ts";
import { startTimes } from "./images/times.ts";
import { Builder } from "../tests/e2e/support/images.ts";
import { PROJECT } from "../tests/e2e/support/binary.ts";

const work = `${PROJECT}/.cache/images`;
await using builder = await Builder.open(`${work}/store`);
const base = await baseImages(builder, work);
const apps = await appImages(builder, work);
const sizes: Sizes = { ...base, apps };
console.log(JSON.stringify(sizes));
for (const { title, header, rows } of comparison(sizes)) {
  console.log(`\n${title}\n${renderTable(header, rows)}`);
}
console.log(
  `\n${renderTable(["ms", "first start", "next start"], await startTimes(builder, work))}`,
);
