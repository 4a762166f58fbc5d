import { assertEquals, assertRejects } from "@std/assert";
import { writeZip, type ZipMember } from "../../../src/archive/zip/write.ts";
import { denoHost } from "../../../src/host/deno_host.ts";
import { command } from "../../e2e/support/command.ts";
import { inTempDir } from "../../support/temp.ts";

const member = (path: string, text: string, executable = false): ZipMember => ({
  ...{ path, executable },
  read: () => new TextEncoder().encode(text),
});

const MEMBERS = [
  member("a/empty.txt", ""),
  member("a/ünï.py", "print(1)\n".repeat(1000)),
  member("bin/run", "#!/bin/sh\n", true),
];

async function written(path: string, members = MEMBERS): Promise<Uint8Array> {
  const file = denoHost.fs.createFile(path, 0o644);
  try {
    await writeZip(members, file, denoHost.codecs);
  } finally {
    file.close();
  }
  return Deno.readFileSync(path);
}

Deno.test("writeZip writes what Python's zipfile and unzip read", () =>
  inTempDir(async (root) => {
    await written(`${root}/a.zip`);
    const program =
      "import sys, zipfile, json; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None\n" +
      "print(json.dumps([[i.filename, i.file_size, oct(i.external_attr >> 16), i.date_time] for i in z.infolist()]))";
    const python = await command("python3", ["-c", program, `${root}/a.zip`]);
    assertEquals(JSON.parse(python.stdout), [
      ["a/empty.txt", 0, "0o100644", [1980, 1, 1, 0, 0, 0]],
      ["a/ünï.py", 9000, "0o100644", [1980, 1, 1, 0, 0, 0]],
      ["bin/run", 10, "0o100755", [1980, 1, 1, 0, 0, 0]],
    ]);
    assertEquals((await command("unzip", ["-tq", `${root}/a.zip`])).code, 0);
  }));

Deno.test("writeZip makes the same bytes of the same members", () =>
  inTempDir(async (root) => {
    assertEquals(await written(`${root}/a.zip`), await written(`${root}/b.zip`));
  }));

Deno.test("writeZip refuses more than a zip without Zip64 can say", () =>
  inTempDir(async (root) => {
    const many = Array.from({ length: 65536 }, (_, index) => member(`${index}`, ""));
    await assertRejects(() => written(`${root}/a.zip`, many), RangeError);
  }));
