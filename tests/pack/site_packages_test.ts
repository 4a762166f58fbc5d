import { assertEquals } from "@std/assert";
import { sameFile } from "../../src/pack/same_file.ts";
import { isMachineOnly, portableRecord } from "../../src/pack/site_packages.ts";

Deno.test("sameFile names the file and both wheels", () => {
  const conflict = { target: "x/y.py", first: "a.whl", second: "b.whl", kind: "content" } as const;
  const { text, facts } = sameFile([conflict, conflict, conflict, conflict]);
  assertEquals(text.why.startsWith("x/y.py is in a.whl and in b.whl; "), true);
  assertEquals([text.why.endsWith("; and 1 more"), facts.rule], [true, "same-file"]);
});

Deno.test("portableRecord keeps what is packed, sorted", () => {
  const text = "b.py,sha256=x,1\r\n../../../bin/b,,\r\n/usr/x,,\na.py,,\n__pycache__/a.pyc,,\n" +
    "b-1.dist-info/INSTALLER,,\nb-1.dist-info/RECORD,,\n";
  assertEquals(portableRecord(text), "a.py,,\nb-1.dist-info/RECORD,,\nb.py,sha256=x,1\n");
});

Deno.test("isMachineOnly knows what installers leave about one installation", () => {
  const only = ["a-1.dist-info/INSTALLER", "a-1.dist-info/direct_url.json", "_virtualenv.pth"];
  assertEquals(only.map(isMachineOnly), [true, true, true]);
  const packed = ["a-1.dist-info/METADATA", "a/INSTALLER", "INSTALLER", "distutils-precedence.pth"];
  assertEquals(packed.map(isMachineOnly), [false, false, false, false]);
});
