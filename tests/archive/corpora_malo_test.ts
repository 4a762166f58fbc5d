import { assert, assertEquals } from "@std/assert";
import { crc32, inflateRawSync } from "node:zlib";
import { corpusTests, filesIn } from "./corpora.ts";
import { CONTAINED, IFFY_DEFLATE, IFFY_TAR, IFFY_ZSTD } from "./decisions.ts";
import { decompress } from "./streams.ts";
import { concat, tryUnpack, verdict } from "./support.ts";

interface Expectation {
  readonly expected?: readonly { readonly member: string; readonly type: string }[];
}

corpusTests("malo/tar", (root) => {
  for (const name of filesIn(`${root}/accept`, ".tar")) {
    Deno.test(`malo tar accept/${name} is accepted, with the expected members`, async () => {
      const outcome = await tryUnpack({ path: `${root}/accept/${name}` });
      assertEquals(verdict(outcome), "accepted");
      const expected = readJson(`${root}/accept/${name}`).expected;
      if (expected === undefined) return;
      const members = expected.map(({ member }) => member.replace(/\/$/, ""));
      assertEquals(Object.keys(outcome.tree), members);
    });
  }
  for (const [name, [rule, reason]] of Object.entries(IFFY_TAR)) {
    Deno.test(`malo tar iffy/${name}: ${rule}, since ${reason}`, async () => {
      const outcome = await tryUnpack({ path: `${root}/iffy/${name}` });
      assertEquals(verdict(outcome).split(" ").at(-1), rule);
    });
  }
  Deno.test("malo tar iffy: each file has a decision", () => {
    assertEquals(filesIn(`${root}/iffy`, ".tar"), Object.keys(IFFY_TAR).sort());
  });
  for (const group of ["malicious", "reject"]) {
    for (const name of filesIn(`${root}/${group}`, ".tar")) {
      const contained = CONTAINED[name as keyof typeof CONTAINED];
      if (contained !== undefined) {
        Deno.test(`malo tar ${group}/${name} makes only what stays inside`, async () => {
          const outcome = await tryUnpack({ path: `${root}/${group}/${name}` });
          assertEquals(outcome.tree, contained);
        });
        continue;
      }
      Deno.test(`malo tar ${group}/${name} is refused by a named rule`, async () => {
        const outcome = await tryUnpack({ path: `${root}/${group}/${name}` });
        assert(/^ARCHIVE_(?:BROKEN|HOSTILE) \S+$/.test(verdict(outcome)), verdict(outcome));
      });
    }
  }
});

corpusTests("malo/zstd", (root) => {
  for (const name of filesIn(`${root}/accept`, ".zst")) {
    Deno.test(`malo zstd accept/${name} is accepted`, async () => {
      assertEquals((await decompress(read(`${root}/accept/${name}`))).verdict, "accepted");
    });
  }
  for (const [name, [rule, reason]] of Object.entries(IFFY_ZSTD)) {
    Deno.test(`malo zstd iffy/${name}: ${rule}, since ${reason}`, async () => {
      assertEquals((await decompress(read(`${root}/iffy/${name}`))).verdict, rule);
    });
  }
  Deno.test("malo zstd iffy: each file has a decision", () => {
    assertEquals(filesIn(`${root}/iffy`, ".zst"), Object.keys(IFFY_ZSTD).sort());
  });
  for (const group of ["malicious", "reject"]) {
    for (const name of filesIn(`${root}/${group}`, ".zst")) {
      Deno.test(`malo zstd ${group}/${name} is refused by a named rule`, async () => {
        const { verdict } = await decompress(read(`${root}/${group}/${name}`), "zstd");
        assert(verdict.startsWith("zstd-"), verdict);
      });
    }
  }
});

corpusTests("malo/deflate", (root) => {
  // The files are bare deflate; they come to edgeboot inside of gzip (and of zip).
  for (const name of filesIn(`${root}/accept`, ".deflate")) {
    Deno.test(`malo deflate accept/${name} is accepted in gzip`, async () => {
      const deflate = read(`${root}/accept/${name}`);
      const content = new Uint8Array(inflateRawSync(deflate));
      assertEquals(await decompress(gzip(deflate, content)), {
        verdict: "accepted",
        bytes: content,
      });
    });
  }
  for (const [name, [rule, reason]] of Object.entries(IFFY_DEFLATE)) {
    Deno.test(`malo deflate iffy/${name}: ${rule}, since ${reason}`, async () => {
      const deflate = read(`${root}/iffy/${name}`);
      const { verdict } = await decompress(gzip(deflate, inflateRawSync(deflate)));
      assertEquals(verdict, rule);
    });
  }
  for (const group of ["malicious", "reject"]) {
    for (const name of filesIn(`${root}/${group}`, ".deflate")) {
      Deno.test(`malo deflate ${group}/${name} is refused in gzip`, async () => {
        const { verdict } = await decompress(
          gzip(read(`${root}/${group}/${name}`), new TextEncoder().encode("hello")),
        );
        assert(/^gzip-(?:deflate|checksum|truncated|trailing|members)$/.test(verdict), verdict);
      });
    }
  }
});

function read(path: string): Uint8Array {
  return Deno.readFileSync(path);
}

function readJson(tarPath: string): Expectation {
  try {
    return JSON.parse(Deno.readTextFileSync(tarPath.replace(/\.tar$/, ".json"))) as Expectation;
  } catch {
    return {};
  }
}

const GZIP_HEADER = new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);

/** The deflate data as a gzip file whose trailer is that of `content`. */
function gzip(deflate: Uint8Array, content: Uint8Array): Uint8Array {
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, crc32(content), true);
  trailer.setUint32(4, content.length, true);
  return concat(GZIP_HEADER, deflate, new Uint8Array(trailer.buffer));
}
