import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { FORMAT_RULES, RULES, unpack, ZIP_RULES } from "../../src/archive/mod.ts";
import { denoCodecs } from "../../src/host/deno_codecs.ts";
import { denoFs } from "../../src/host/deno_fs.ts";
import { FsError } from "../../src/host/ports.ts";
import { DEFAULT_UNPACK_LIMITS } from "../../src/model/unpack_limits.ts";
import { parseSha256 } from "../../src/model/digest.ts";
import { PYZ_FILE } from "../../src/model/layer_layout.ts";
import { sealVerifiedBlob } from "../../src/model/verified_blob.ts";
import { concat, refusalOf, SMALL_LIMITS, tryUnpack, unpackBytes, verdict } from "./support.ts";
import { entry, tar } from "./tar/build.ts";
import { buildZip } from "./zip/build.ts";

const TREE = tar(
  entry({ name: "./", flag: "5", mode: 0o755 }),
  entry({ name: "./pkg/", flag: "5", mode: 0o2775 }),
  entry({ name: "./pkg/__init__.py", content: "x = 1\n", mode: 0o666 }),
  entry({ name: "./pkg/empty", mode: 0 }),
  entry({ name: "./bin/tool", content: "#!/bin/sh\n", mode: 0o777 }),
  entry({ name: "./bin/other", flag: "1", link: "./bin/tool" }),
  entry({ name: "./pkg/tool", flag: "2", link: "../bin/tool", mode: 0o777 }),
);
const UNPACKED = {
  "bin": "dir 0555",
  "bin/other": 'file 0555 "#!/bin/sh\\n"',
  "bin/tool": 'file 0555 "#!/bin/sh\\n"',
  "pkg": "dir 0555",
  "pkg/__init__.py": 'file 0444 "x = 1\\n"',
  "pkg/empty": 'file 0444 ""',
  "pkg/tool": "link -> ../bin/tool",
};

for (
  const [format, archive] of [
    ["tar", TREE],
    ["tar+gzip", new Uint8Array(gzipSync(TREE))],
    ["tar+zstd", new Uint8Array(zstdCompressSync(TREE))],
  ] as const
) {
  Deno.test(`unpack makes the tree of a ${format} read-only, and reports it`, async () => {
    const { report, tree } = await unpackBytes(archive);
    assertEquals(tree, UNPACKED);
    assertEquals(report, {
      format,
      entries: 7,
      files: 3,
      directories: 2,
      links: 2,
      leftOut: [],
      caseTwins: 0,
      unpackedBytes: 16,
    });
  });
}

Deno.test("unpack makes the same tree of a zip", async () => {
  const archive = buildZip({
    entries: [
      { name: "bin/tool", content: "#!/bin/sh\n", deflate: true, mode: 0o100755 },
      { name: "pkg/__init__.py", content: "x = 1\n", mode: 0o100666 },
      { name: "pkg/tool", content: "../bin/tool", mode: 0o120777 },
    ],
  });
  const { report, tree } = await unpackBytes(archive);
  assertEquals(tree, {
    "bin": "dir 0555",
    "bin/tool": 'file 0555 "#!/bin/sh\\n"',
    "pkg": "dir 0555",
    "pkg/__init__.py": 'file 0444 "x = 1\\n"',
    "pkg/tool": "link -> ../bin/tool",
  });
  assertEquals([report.format, report.files, report.links], ["zip", 2, 1]);
});

const ZIPAPP = buildZip({ entries: [{ name: "__main__.py", content: "print(1)\n" }] });
const SHEBANG = new TextEncoder().encode("#!/usr/bin/env python3\n");

Deno.test("unpack keeps a zip application as one file", async () => {
  const application = concat(SHEBANG, ZIPAPP);
  const { report, tree } = await unpackBytes(application);
  assertEquals(Object.keys(tree), [PYZ_FILE]);
  assertStringIncludes(tree[PYZ_FILE]!, `file 0444 ${application.length} bytes`);
  assertEquals([report.format, report.entries, report.unpackedBytes], [
    "pyz",
    1,
    application.length,
  ]);
});

Deno.test("unpack keeps a zip without a script in front as one file when told so", async () => {
  const { report, tree } = await unpackBytes(ZIPAPP, { packedAsFile: true });
  assertEquals([report.format, Object.keys(tree)], ["pyz", [PYZ_FILE]]);
});

Deno.test("unpack refuses a script that is no zip application", async () => {
  const error = await refusalOf(new TextEncoder().encode("#!/bin/sh\necho hello\n"));
  assertEquals(
    verdict({ ok: false, error, tree: {} }),
    "ARCHIVE_UNKNOWN a script that is no zip application, or one that was cut short",
  );
});

const VENV = [
  entry({ name: "env/pyvenv.cfg", content: "home = /usr/bin\n" }),
  entry({ name: "env/lib/python3.11/site-packages/m.py", content: "m" }),
  entry({ name: "env/lib64", flag: "2", link: "lib" }),
];

Deno.test("unpack leaves the interpreter links of a virtual environment out", async () => {
  const { report, tree } = await unpackBytes(tar(
    ...VENV,
    entry({ name: "env/bin/python", flag: "2", link: "python3" }),
    entry({ name: "env/bin/python3", flag: "2", link: "/usr/bin/python3" }),
    entry({ name: "env/bin/python3.11", flag: "2", link: "python3" }),
    entry({ name: "env/bin/gunicorn", content: "#!x\n", mode: 0o755 }),
  ));
  assertEquals(report.leftOut, ["env/bin/python", "env/bin/python3", "env/bin/python3.11"]);
  assertEquals(tree["env/lib64"], "link -> lib");
  assertEquals(Object.keys(tree).filter((path) => path.startsWith("env/bin/")), [
    "env/bin/gunicorn",
  ]);
});

Deno.test("unpack leaves copied interpreters out only beside a pyvenv.cfg", async () => {
  const { report, tree } = await unpackBytes(tar(
    entry({ name: "env/bin/python", content: "ELF", mode: 0o755 }),
    entry({ name: "env/bin/python3", flag: "1", link: "env/bin/python" }),
    ...VENV,
    entry({ name: "pkg/bin/python", content: "not one", mode: 0o755 }),
    entry({ name: "env/bin/python-config", content: "sh", mode: 0o755 }),
  ));
  assertEquals(report.leftOut, ["env/bin/python", "env/bin/python3"]);
  assert("pkg/bin/python" in tree && "env/bin/python-config" in tree);
  assert(!("env/bin/python" in tree) && !("env/bin/python3" in tree));
});

Deno.test("unpack reports progress in unpacked bytes", async () => {
  const seen: number[] = [];
  await unpackBytes(TREE, { onProgress: (bytes) => void seen.push(bytes) });
  assertEquals(seen, [6, 16]);
});

Deno.test("unpack streams large files, and keeps them whole across chunks", async () => {
  const content = new Uint8Array(3_000_000).map((_, i) => i * 7 + (i >> 8));
  const archive = tar(
    entry({ name: "small", content: "s" }),
    entry({ name: "large", content, mode: 0o755 }),
    entry({ name: "middle", content: content.subarray(0, 200_000) }),
  );
  for (
    const packed of [
      archive,
      new Uint8Array(gzipSync(archive)),
      new Uint8Array(zstdCompressSync(archive)),
    ]
  ) {
    const { tree } = await unpackBytes(packed);
    assertEquals(Object.keys(tree), ["large", "middle", "small"]);
    assertStringIncludes(tree["large"]!, "file 0555 3000000 bytes");
  }
});

const zeros = (megabytes: number) => new Uint8Array(megabytes * 1024 ** 2);
const claim = (size: Uint8Array) => entry({ name: "huge", magic: "gnu", size });

/** Bombs: what is refused, and that it is refused before anything is written for it. */
for (
  const [what, archive, expected] of [
    [
      "a tar that claims 8 EiB",
      tar(claim(new Uint8Array([0x80, 0, 0, 0, 0x7f, 255, 255, 255, 255, 255, 255, 255]))),
      "ARCHIVE_BROKEN tar-number",
    ],
    [
      "a tar that claims 8 PiB",
      tar(claim(new Uint8Array([0x80, 0, 0, 0, 0, 0x1f, 255, 255, 255, 255, 255, 255]))),
      "BUDGET_EXCEEDED unpackedBytes",
    ],
    ["gzip of zeros", new Uint8Array(gzipSync(zeros(256))), "BUDGET_EXCEEDED ratio"],
    ["zstd of zeros", new Uint8Array(zstdCompressSync(zeros(256))), "BUDGET_EXCEEDED ratio"],
    [
      "a file of zeros in gzip",
      new Uint8Array(gzipSync(tar(entry({ name: "z", content: zeros(100) })))),
      "BUDGET_EXCEEDED ratio",
    ],
    [
      "a file of zeros in zstd",
      new Uint8Array(zstdCompressSync(tar(entry({ name: "z", content: zeros(100) })))),
      "BUDGET_EXCEEDED ratio",
    ],
    [
      "a PAX header of 1 GiB",
      tar(entry({ flag: "x", size: 1024 ** 3 })),
      "ARCHIVE_BROKEN tar-extension-size",
    ],
  ] as const
) {
  Deno.test(`unpack refuses ${what} with nothing written`, async () => {
    const outcome = await tryUnpack(archive, { limits: { ...DEFAULT_UNPACK_LIMITS } });
    assertEquals([verdict(outcome), outcome.tree], [expected, {}]);
  });
}

Deno.test("unpack judges a zip by the sum of its sizes before anything is written", async () => {
  const content = "\0".repeat(65_536);
  const entries = Array.from({ length: 40 }, (_, i) => ({ name: `${i}`, content, deflate: true }));
  const archive = buildZip({ entries });
  const outcome = await tryUnpack(archive, { limits: { ...DEFAULT_UNPACK_LIMITS } });
  assertEquals([verdict(outcome), outcome.tree], ["BUDGET_EXCEEDED ratio", {}]);
});

Deno.test("unpack counts the directories that only paths name", async () => {
  const deep = Array.from({ length: 50 }, (_, i) => entry({ name: `${i}/a/b/c/d/e/f/g/h/i/file` }));
  const outcome = await tryUnpack(tar(...deep), { limits: { ...SMALL_LIMITS, entries: 400 } });
  assertEquals(verdict(outcome), "BUDGET_EXCEEDED entries");
});

Deno.test("unpack holds the ratio for the beginning of a compressed tar, not only for the whole", async () => {
  const noise = crypto.getRandomValues(new Uint8Array(65_536));
  const blanks = Array.from(
    { length: 64 },
    (_, i) => entry({ name: `blank${i}`, content: "\0".repeat(65_536) }),
  );
  const incompressible = Array.from(
    { length: 64 },
    (_, i) =>
      entry({
        name: `noise${i}`,
        content: String.fromCharCode(...noise.map((byte) => (byte + i) & 127)),
      }),
  );
  const archive = new Uint8Array(gzipSync(tar(...blanks, ...incompressible)));
  const outcome = await tryUnpack(archive, { limits: { ...DEFAULT_UNPACK_LIMITS } });
  assertEquals(verdict(outcome), "BUDGET_EXCEEDED ratio");
  const written = Object.keys(outcome.tree).length;
  assert(written <= 16, `${written} files of 64 KiB`);
});

Deno.test("unpack refuses a million empty entries by the ratio of the tar stream", async () => {
  const many = Array.from({ length: 40_000 }, (_, i) => entry({ name: `f${i}` }));
  const archive = new Uint8Array(zstdCompressSync(tar(...many)));
  const limits = { ...DEFAULT_UNPACK_LIMITS, ratio: 5, ratioFloorBytes: 1024 ** 2 };
  assertEquals(verdict(await tryUnpack(archive, { limits })), "BUDGET_EXCEEDED ratio");
});

for (
  const [limit, limits, archive] of [
    [
      "entries",
      { entries: 2 },
      tar(entry({ name: "a" }), entry({ name: "b" }), entry({ name: "c" })),
    ],
    ["unpackedBytes", { unpackedBytes: 4 }, tar(entry({ name: "a", content: "12345" }))],
    [
      "unpackedBytes",
      { unpackedBytes: 4 },
      tar(entry({ name: "a", content: "123" }), entry({ name: "b", content: "45" })),
    ],
    ["depth", { depth: 3 }, tar(entry({ name: "1/2/3/4/file" }))],
  ] as const
) {
  Deno.test(`unpack keeps to the limit of ${limit}`, async () => {
    const tight = { ...SMALL_LIMITS, ...limits };
    assertEquals(verdict(await tryUnpack(archive, { limits: tight })), `BUDGET_EXCEEDED ${limit}`);
  });
}

Deno.test("unpack lets an FsError through as it came", async () => {
  const box = Deno.makeTempDirSync();
  try {
    Deno.writeFileSync(`${box}/blob`, TREE);
    Deno.mkdirSync(`${box}/into`);
    const full = new FsError("ENOSPC", "create", "x", new Error("no space left"));
    const fs = {
      ...denoFs,
      writeNewFile: () => {
        throw full;
      },
    };
    const blob = sealVerifiedBlob(`${box}/blob`, parseSha256("0".repeat(64)), TREE.length);
    let caught: unknown;
    try {
      await unpack(blob, { into: `${box}/into`, limits: SMALL_LIMITS }, { fs, codecs: denoCodecs });
    } catch (error) {
      caught = error;
    }
    assert(caught === full);
  } finally {
    denoFs.removeTree(box);
  }
});

Deno.test("every rule says what, on which ground, and why honest archives do not need it", () => {
  const rules = { ...RULES, ...FORMAT_RULES, ...ZIP_RULES };
  for (const [name, { refuses, source, legitimate }] of Object.entries(rules)) {
    assert(/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name), name);
    for (const text of [refuses, source, legitimate]) {
      assert(text.length > 6 && !text.endsWith("."), `${name}: ${text}`);
    }
  }
});
