import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { denoCodecs } from "../../../src/host/deno_codecs.ts";
import { denoFs } from "../../../src/host/deno_fs.ts";
import { Changed, type PackedMember, writeTarZst } from "../../../src/archive/tar/write.ts";
import { inTempDir } from "../../support/temp.ts";

/** What other tools read out of an archive: names, sizes, modes, times, owners, links, contents. */
const WITH_PYTHON = `
import io, json, subprocess, sys, tarfile
data = subprocess.run(["zstd", "-dcq", sys.argv[1]], stdout=subprocess.PIPE, check=True).stdout
found = []
with tarfile.open(fileobj=io.BytesIO(data)) as tar:
    for m in tar:
        text = tar.extractfile(m).read().decode() if m.isfile() else m.linkname
        found.append([m.name, m.type.decode(), m.mode, m.mtime, m.uid, m.gid, m.uname, text])
print(json.dumps(found))
`;

interface Made {
  readonly path: string;
  readonly text: string;
  readonly kind: "file" | "program" | "symlink";
}

function memberOf({ path, text, kind }: Made): PackedMember {
  const bytes = new TextEncoder().encode(text);
  if (kind === "symlink") {
    return { member: { kind, path, target: text || "x" }, content: () => [] };
  }
  const executable = kind === "program";
  return {
    member: { kind: "file", path, size: bytes.length, executable },
    content: () => [bytes.subarray(0, 3), bytes.subarray(3)],
  };
}

async function write(members: readonly PackedMember[], path: string, modified = 1_700_000_000) {
  const file = denoFs.createFile(path, 0o644);
  try {
    return await writeTarZst(members, modified, file, denoCodecs);
  } finally {
    file.close();
  }
}

function read(path: string): unknown {
  const python = new Deno.Command("python3", { args: ["-c", WITH_PYTHON, path] }).outputSync();
  return JSON.parse(new TextDecoder().decode(python.stdout));
}

const name = fc.stringMatching(/^[a-zé漢_][a-z0-9é漢_]{0,120}$/).filter((text) =>
  new TextEncoder().encode(text).length < 250
);
const tree = fc.uniqueArray(
  fc.record({
    path: fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/")),
    text: fc.string({ unit: "grapheme", maxLength: 700 }).filter((text) => !text.includes("\0")),
    kind: fc.constantFrom("file", "program"),
  }),
  { maxLength: 12, selector: ({ path }) => path },
);

Deno.test("writeTarZst writes what CPython and GNU tar read back", async () => {
  await fc.assert(
    fc.asyncProperty(tree, async (files) => {
      await inTempDir(async (directory) => {
        const path = `${directory}/a.tar.zst`;
        await write(files.map(memberOf), path);
        const expected = files.map((each) => [
          ...[each.path, "0", each.kind === "program" ? 0o755 : 0o644, 1_700_000_000, 0, 0, ""],
          each.text,
        ]);
        assertEquals(read(path), expected);
        const args = ["--zstd", "-tf", path, "--quoting-style=literal"];
        const tar = new Deno.Command("tar", { args, env: { LC_ALL: "C.UTF-8" } }).outputSync();
        const listed = new TextDecoder().decode(tar.stdout).split("\n").slice(0, -1);
        assertEquals([tar.success, listed], [true, files.map(({ path }) => path)]);
      });
    }),
    { numRuns: 25 },
  );
});

Deno.test("writeTarZst writes links, with targets of any length", async () => {
  await inTempDir(async (directory) => {
    const targets = ["x", "../" + "d".repeat(120) + "/x", "é"];
    const links = targets.map((text, index) => ({
      path: `l${index}`,
      text,
      kind: "symlink" as const,
    }));
    await write(links.map(memberOf), `${directory}/a`);
    const expected = links.map((
      { path, text },
    ) => [path, "2", 0o777, 1_700_000_000, 0, 0, "", text]);
    assertEquals(read(`${directory}/a`), expected);
  });
});

Deno.test("writeTarZst gives the same bytes however the contents come in pieces", async () => {
  await inTempDir(async (directory) => {
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    const all = new Uint8Array(40 * bytes.length);
    for (let at = 0; at < all.length; at += bytes.length) all.set(bytes, at);
    const digests = [];
    for (const piece of [1_000, 65_536, all.length]) {
      const content = function* () {
        for (let at = 0; at < all.length; at += piece) yield all.subarray(at, at + piece);
      };
      const member = { kind: "file", path: "x", size: all.length, executable: false } as const;
      digests.push((await write([{ member, content }], `${directory}/${piece}`)).sha256);
    }
    assertEquals(new Set(digests).size, 1);
  });
});

Deno.test("writeTarZst refuses a file that is written to meanwhile", async () => {
  await inTempDir(async (directory) => {
    const member = { kind: "file", path: "x", size: 5, executable: false } as const;
    const content = () => [new Uint8Array(4)];
    await assertRejects(() => write([{ member, content }], `${directory}/a`), Changed);
  });
});
