import { assertEquals } from "@std/assert";
import { crc32, inflateRawSync } from "node:zlib";
import { buildZip } from "./build.ts";
import { readBytes, readPath } from "./collect.ts";
import { corpusTests, filesIn } from "../corpora.ts";
import { decisionOnZip, IFFY_DEFLATE } from "../decisions.ts";

const FOLDERS = ["accept", "iffy", "malicious", "reject"] as const;
const COUNTS = { accept: 9, iffy: 49, malicious: 8, reject: 13 };

corpusTests("malo/zip", (path) => {
  Deno.test("the malo zip corpus is complete", () => {
    const found = FOLDERS.map((folder) => [folder, filesIn(`${path}/${folder}`, ".zip").length]);
    assertEquals(Object.fromEntries(found), COUNTS);
  });

  for (const folder of FOLDERS) {
    for (const name of filesIn(`${path}/${folder}`, ".zip")) {
      Deno.test(`readZip on malo zip ${folder}/${name}`, async () => {
        const { rule, entries } = await readPath(`${path}/${folder}/${name}`);
        if (folder === "accept") assertEquals(rule, undefined);
        else if (folder === "iffy") {
          assertEquals(rule ?? "accepted", decisionOnZip(name)?.replace(/:.*/, ""));
        } else {
          assertEquals(typeof rule, "string", `accepted with ${entries.length} entries`);
        }
      });
    }
  }
});

corpusTests("malo/deflate", (path) => {
  for (const folder of FOLDERS) {
    for (const name of filesIn(`${path}/${folder}`, ".deflate")) {
      Deno.test(`readZip on malo deflate ${folder}/${name} as an entry's data`, async () => {
        const packed = Deno.readFileSync(`${path}/${folder}/${name}`);
        const { rule } = await readBytes(aroundDeflate(packed));
        const accepted = folder === "accept" || name in IFFY_DEFLATE;
        assertEquals(rule === undefined, accepted, rule ?? "accepted");
      });
    }
  }
});

/** A zip that is right in all but the deflate stream; its size and CRC are what zlib gets out. */
function aroundDeflate(packed: Uint8Array): Uint8Array {
  let content: Uint8Array = new Uint8Array(0);
  try {
    content = new Uint8Array(inflateRawSync(packed));
  } catch {
    // What cannot be inflated at all has no size; the reader must refuse it by itself.
  }
  const truth = { crc: crc32(content), size: content.length };
  const entry = { name: "data", deflate: true, packed, local: truth, central: truth };
  return buildZip({ entries: [entry] });
}

/** What the reader yields; refusing these names is the entry policy's task. */
const JWILK: Record<string, string> = {
  "absolute1.zip": "file /tmp/moo",
  "absolute2.zip": "file //tmp/moo",
  "dirsymlink.zip": "symlink tmp -> /tmp; file tmp/moo",
  "dirsymlink2a.zip": "symlink cur -> .; symlink par -> cur/..; file par/moo",
  "dirsymlink2b.zip": "symlink cur -> .; symlink cur/par -> ..; file par/moo",
  "relative0.zip": "file ../moo",
  "relative2.zip": "file tmp/../../moo",
  "symlink.zip": "zip-entry-duplicate",
};

corpusTests("jwilk-traversal", (path) => {
  for (const [name, expected] of Object.entries(JWILK)) {
    Deno.test(`readZip hides nothing from the policy in jwilk ${name}`, async () => {
      const { rule, entries } = await readPath(`${path}/${name}`);
      const seen = entries.map(({ type, name, linkTarget }) =>
        `${type} ${name}${linkTarget === undefined ? "" : ` -> ${linkTarget}`}`
      );
      assertEquals(rule ?? seen.join("; "), expected);
    });
  }
});

const CPYTHON: Record<string, string> = {
  "exe_with_zip": "file testdata_module_inside_zip.py",
  "exe_with_z64": "file -",
  "zip_cp437_header.zip": "zip-name-unflagged",
  "zipdir.zip": "directory a/; directory a/b/; file a/b/c",
  "zipdir_backslash.zip": "file a\\b\\c; file d\\e\\",
};

corpusTests("cpython-archivetestdata", (path) => {
  for (const [name, expected] of Object.entries(CPYTHON)) {
    Deno.test(`readZip on CPython's ${name}`, async () => {
      const { rule, entries } = await readPath(`${path}/${name}`, { allowPrefix: true });
      const seen = entries.map(({ type, name }) => `${type} ${name}`).join("; ");
      assertEquals(rule ?? seen, expected);
    });
  }
});
