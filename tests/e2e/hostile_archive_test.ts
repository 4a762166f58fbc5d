import { assertEquals } from "@std/assert";
import { handmadeTar, handmadeZip, type TarEntry } from "./support/archives.ts";
import { exists } from "./support/kept.ts";
import { assertRefused } from "./support/refusal.ts";
import { Sandbox, sha256Of } from "./support/sandbox.ts";

const OK: TarEntry = { name: "web.py", data: "print('never')\n" };

/** What the archive has, and its entries. Each has a harmless one before the hostile one. */
const TARS: readonly (readonly [string, readonly TarEntry[]])[] = [
  ["a name that climbs out", [OK, { name: "../escaped", data: "x" }]],
  ["a name that climbs out further down", [OK, { name: "a/../../escaped", data: "x" }]],
  ["an absolute name", [OK, { name: "/tmp/edgeboot-e2e-escaped", data: "x" }]],
  ["a link that climbs out", [OK, { name: "l", type: "symlink", linkname: "../../../escaped" }]],
  ["an absolute link", [OK, { name: "l", type: "symlink", linkname: "/etc/passwd" }]],
  [
    "a file written through a link",
    [OK, { name: "d", type: "symlink", linkname: "/tmp" }, { name: "d/escaped", data: "x" }],
  ],
  [
    "a file written through a link inside the tree",
    [
      ...[OK, { name: "real", type: "dir" as const }],
      { name: "d", type: "symlink", linkname: "real" },
      { name: "d/escaped", data: "x" },
    ],
  ],
  [
    "two links that climb out together",
    [
      ...[OK, { name: "a", type: "symlink" as const, linkname: "." }],
      { name: "a/b", type: "symlink", linkname: ".." },
      { name: "b/escaped", data: "x" },
    ],
  ],
  ["a hard link out of the tree", [OK, { name: "h", type: "hardlink", linkname: "/etc/passwd" }]],
  ["a hard link that climbs out", [OK, { name: "h", type: "hardlink", linkname: "../../x" }]],
  ["a character device", [OK, { name: "null", type: "chardev" }]],
  ["a block device", [OK, { name: "sda", type: "blockdev" }]],
  ["a FIFO", [OK, { name: "pipe", type: "fifo" }]],
  ["the same file twice", [OK, { ...OK, data: "print('other')\n" }]],
];

const FILE = 0o100644;
const LINK = 0o120777;

const ZIPS: readonly (readonly [string, readonly (readonly [string, string, number])[]])[] = [
  ["a name that climbs out", [["../escaped", "x", FILE]]],
  ["an absolute name", [["/tmp/edgeboot-e2e-escaped", "x", FILE]]],
  ["a name with backslashes", [["..\\escaped", "x", FILE]]],
  ["a link that climbs out", [["l", "../../../escaped", LINK]]],
  ["an absolute link", [["l", "/etc/passwd", LINK]]],
  ["a file written through a link", [["d", "/tmp", LINK], ["d/escaped", "x", FILE]]],
  ["a device", [["null", "", 0o020666]]],
  ["a FIFO", [["pipe", "", 0o010666]]],
];

async function refuse(sandbox: Sandbox, archive: string): Promise<void> {
  const refusal = { exit: 65, code: "ARCHIVE_HOSTILE", says: /./ };
  const digest = await sha256Of(archive);
  const direct = ["run", "--bundle", archive, "--sha256", digest, "--entry", "web"];
  await assertRefused(sandbox, direct, refusal);
  assertEquals(exists("/tmp/edgeboot-e2e-escaped") || exists("/tmp/escaped"), false);
}

for (const [what, entries] of TARS) {
  Deno.test(`edgeboot run refuses a tar with 65 when it has ${what}`, async () => {
    await using sandbox = await Sandbox.create();
    await refuse(sandbox, await handmadeTar(sandbox.path("files/bad.tar"), entries));
  });
}

for (const [what, entries] of ZIPS) {
  Deno.test(`edgeboot run refuses a zip with 65 when it has ${what}`, async () => {
    await using sandbox = await Sandbox.create();
    const all = [["web.py", "", FILE] as const, ...entries];
    await refuse(sandbox, await handmadeZip(sandbox.path("files/bad.zip"), all));
  });
}

Deno.test("edgeboot run starts a tar when its links stay inside and its names are long or not ASCII", async () => {
  await using sandbox = await Sandbox.create();
  const long = `${"deep/".repeat(30)}${"n".repeat(120)}.txt`;
  const archive = await handmadeTar(sandbox.path("files/good.tar"), [
    {
      name: "./web.py",
      data: "import os, sys\nroot = os.path.dirname(__file__)\n" +
        "for name in sys.argv[1:]: print(open(os.path.join(root, name)).read())\n",
    },
    { name: "data/", type: "dir" },
    { name: "data/caf\u00e9 \u4e2d.txt", data: "coffee" },
    { name: long, data: "long" },
    { name: "link", type: "symlink", linkname: "data/caf\u00e9 \u4e2d.txt" },
    { name: "data/up", type: "symlink", linkname: "../web.py" },
    { name: "hard", type: "hardlink", linkname: "data/caf\u00e9 \u4e2d.txt" },
  ]);
  const names = ["data/caf\u00e9 \u4e2d.txt", "link", "hard", long];
  const args = ["--sha256", await sha256Of(archive), "--entry", "web", "--", ...names];
  const { code, stdout, stderr } = await sandbox.edgeboot(["run", "--bundle", archive, ...args]);
  assertEquals([code, stdout], [0, "coffee\ncoffee\ncoffee\nlong\n"], stderr);
});
