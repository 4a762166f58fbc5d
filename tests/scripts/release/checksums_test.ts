import { assertEquals } from "@std/assert";
import { checksums } from "../../../scripts/release/checksums.ts";

Deno.test("checksums() names every file below, sorted, as sha256sum(1) checks them", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${directory}/b`);
    for (const name of ["c", "a", "b/z", "B"]) await Deno.writeTextFile(`${directory}/${name}`, "");
    const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const names = ["B", "a", "b/z", "c"];
    assertEquals(await checksums(directory), names.map((name) => `${empty}  ${name}\n`).join(""));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
