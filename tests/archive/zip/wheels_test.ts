import { assertEquals } from "@std/assert";
import { readPath } from "./collect.ts";
import { cpythonRows, isInstalled, rowsOf } from "./cpython.ts";

/** A directory of wheels, e.g. of `pip download --no-deps -d DIR numpy django …`. */
const directory = Deno.env.get("EDGEBOOT_TEST_WHEELS");
const wheels = directory === undefined
  ? []
  : [...Deno.readDirSync(directory)].map(({ name }) => name).filter((n) => n.endsWith(".whl"))
    .sort();
if (wheels.length === 0) {
  console.warn("EDGEBOOT_TEST_WHEELS names no directory of wheels: their tests are ignored");
}

Deno.test({
  name: "readZip accepts every wheel and sees in it what CPython's zipfile sees",
  ignore: wheels.length === 0 || !isInstalled("python3"),
  async fn() {
    for (const wheel of wheels) {
      const path = `${directory}/${wheel}`;
      const { entries, error } = await readPath(path);
      if (error !== undefined) throw error;
      assertEquals(rowsOf(entries), (await cpythonRows([path]))[0], wheel);
    }
  },
});
