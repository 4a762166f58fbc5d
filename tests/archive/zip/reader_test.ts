import { assert, assertEquals, assertRejects } from "@std/assert";
import { checkZip, readZip } from "../../../src/archive/zip/reader.ts";
import { denoCodecs } from "../../../src/host/deno_codecs.ts";
import { EdgebootError } from "../../../src/model/errors.ts";
import { buildZip, type EntrySpec, extraField, NOTHING, pack, text, unicodePath } from "./build.ts";
import { CollectingSink, concat, MemoryFile, outcomeOf, readBytes } from "./collect.ts";

const HELLO: EntrySpec = { name: "a.txt", content: "hello hello hello", deflate: true };
const MiB = 1024 * 1024;

/** Bytes that neither repeat nor compress to nothing. */
function noise(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0, state = 1; at < length; at++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[at] = (state >>> 16) & 0x3f;
  }
  return bytes;
}

async function accepted(bytes: Uint8Array, options = {}) {
  const { entries, error } = await readBytes(bytes, options);
  if (error !== undefined) throw error;
  return entries;
}

Deno.test("readZip hands on names, types, modes, sizes and contents", async () => {
  const entries = await accepted(buildZip({
    entries: [
      { name: "d/", mode: 0o040755 },
      { name: "d/run.sh", mode: 0o100755, content: "#!/bin/sh\n" },
      { name: "d/é.txt", content: "text ".repeat(100), deflate: true },
      { name: "empty", mode: 0o600, deflate: true },
      { name: "link", mode: 0o120777, content: "d/é.txt" },
      { name: "fifo", mode: 0o010644 },
    ],
  }));
  const shown = entries.map(({ name, type, mode, size, linkTarget, content }) => [
    name,
    type,
    mode?.toString(8),
    size,
    linkTarget ?? new TextDecoder().decode(content).slice(0, 10),
  ]);
  assertEquals(shown, [
    ["d/", "directory", "755", 0, ""],
    ["d/run.sh", "file", "755", 10, "#!/bin/sh\n"],
    ["d/é.txt", "file", undefined, 500, "text text "],
    ["empty", "file", "600", 0, ""],
    ["link", "symlink", "777", 0, "d/é.txt"],
    ["fifo", "fifo", "644", 0, ""],
  ]);
});

Deno.test("readZip accepts an archive without entries", async () => {
  assertEquals(await accepted(buildZip({ entries: [] })), []);
});

const FORMS: Record<string, Partial<EntrySpec>> = {
  "a 32-bit descriptor": { descriptor: "32" },
  "a 64-bit descriptor": { descriptor: "64" },
  "a 32-bit descriptor without signature": { descriptor: "32 unsigned" },
  "a 64-bit descriptor without signature": { descriptor: "64 unsigned" },
  "a descriptor that the central directory does not announce": {
    descriptor: "32",
    central: { flags: 0 },
  },
  "a descriptor after numbers that are already right": {
    descriptor: "32",
    local: { size: 17 },
  },
  "both sizes in zip64 fields, locally only (Python, force_zip64)": {
    deflate: false,
    local: {
      size: 0xffffffff,
      packedSize: 0xffffffff,
      extra: extraField(1, pack([8, 17], [8, 17])),
    },
  },
  "all of zip64, the offset not being needed (Go)": {
    deflate: false,
    central: {
      size: 0xffffffff,
      packedSize: 0xffffffff,
      extra: extraField(1, pack([8, 17], [8, 17], [8, 0])),
    },
  },
  "zip64 fields that only repeat": {
    deflate: false,
    extra: extraField(1, pack([8, 17], [8, 17])),
  },
  "offset and disk in zip64 fields": {
    central: { offset: 0xffffffff, disk: 0xffff, extra: extraField(1, pack([8, 0], [4, 0])) },
  },
  "a Unicode path that repeats the name": {
    extra: unicodePath(text("a.txt"), text("a.txt")),
  },
  "a UTF-8 name with a Unicode path in place of the flag (Info-ZIP on Windows)": {
    local: { name: text("é"), extra: unicodePath(text("é"), text("é")) },
    central: { name: text("é"), extra: unicodePath(text("é"), text("é")) },
  },
  "an unflagged UTF-8 name from Unix (Info-ZIP)": {
    local: { name: text("é") },
    central: { name: text("é"), madeBy: 0x314 },
  },
  "other extra fields in each header": {
    local: { extra: extraField(0x5455, new Uint8Array(13)) },
    central: { extra: extraField(0x5455, new Uint8Array(5)) },
  },
  "another time and version in the local header": { local: { versionNeeded: 45 } },
  "a comment of its own": { central: { comment: text("why not") } },
  "the flag bits of compression levels": { flags: 6 },
};

for (const [form, spec] of Object.entries(FORMS)) {
  Deno.test(`readZip accepts ${form}`, async () => {
    const [entry] = await accepted(buildZip({ entries: [{ ...HELLO, ...spec }] }));
    assertEquals(new TextDecoder().decode(entry!.content), HELLO.content);
  });
}

Deno.test("readZip accepts a comment, such as the commit ID of git archive", async () => {
  const comment = text("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
  assertEquals((await accepted(buildZip({ entries: [HELLO], end: { comment } }))).length, 1);
  const longest = new Uint8Array(0xffff).fill(0x20);
  assertEquals(
    (await accepted(buildZip({ entries: [HELLO], end: { comment: longest } }))).length,
    1,
  );
});

Deno.test("readZip takes entries in the order of their data, not of the directory", async () => {
  const ordered = buildZip({ entries: [{ ...HELLO, name: "1" }, { ...HELLO, name: "2" }] });
  const start = ordered.length - 22 - 2 * 47;
  const swapped = concat([
    ordered.subarray(0, start),
    ordered.subarray(start + 47, start + 94),
    ordered.subarray(start, start + 47),
    ordered.subarray(start + 94),
  ]);
  assertEquals((await accepted(swapped)).map(({ name }) => name), ["1", "2"]);
});

Deno.test("readZip accepts exactly 65,535 entries without zip64, and 70,000 with it", async () => {
  const entries = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `${i}` }));
  assertEquals((await accepted(buildZip({ entries: entries(65_535) }))).length, 65_535);
  const many = buildZip({
    entries: entries(70_000),
    zip64: {},
    end: { entries: 0xffff, entriesHere: 0xffff },
  });
  assertEquals((await accepted(many)).length, 70_000);
});

Deno.test("readZip refuses more entries than allowed before it reads the directory", async () => {
  const bytes = buildZip({ entries: [HELLO, { ...HELLO, name: "b" }] });
  const outcome = await readBytes(bytes, { maxEntries: 1 });
  assertEquals(outcome.error?.code, "BUDGET_EXCEEDED");
  assertEquals(outcome.entries, []);
});

Deno.test("readZip refuses a count that does not fit the directory without sizing arrays by it", async () => {
  const bytes = buildZip({
    entries: [HELLO],
    zip64: { end: { entries: 900_000, entriesHere: 900_000 } },
    end: { entries: 0xffff, entriesHere: 0xffff },
  });
  assertEquals((await readBytes(bytes)).rule, "zip-directory-broken");
});

for (const deflate of [false, true]) {
  const kind = deflate ? "deflated" : "stored";
  Deno.test(`readZip streams ${kind} entries that are too large for one piece`, async () => {
    const content = noise(5 * MiB + 3);
    const bytes = buildZip({
      entries: [HELLO, { name: "big", content, deflate }, {
        name: "described",
        content,
        deflate,
        descriptor: "64",
      }, { ...HELLO, name: "z" }],
    });
    const entries = await accepted(bytes);
    assertEquals(entries.map(({ name }) => name), ["a.txt", "big", "described", "z"]);
    assert(content.every((byte, at) => byte === entries[1]!.content[at]));
    assert(content.every((byte, at) => byte === entries[2]!.content[at]));
  });

  Deno.test(`readZip refuses a wrong CRC-32 at the end of a large ${kind} entry`, async () => {
    const wrong = { crc: 1 };
    const content = noise(3 * MiB);
    const bytes = buildZip({
      entries: [{ name: "big", content, deflate, local: wrong, central: wrong }],
    });
    assertEquals((await readBytes(bytes)).rule, "zip-crc-wrong");
  });
}

Deno.test("readZip stops a large entry at its stated size, whatever else would come out", async () => {
  const bomb = buildZip({
    entries: [{
      name: "zeros",
      content: new Uint8Array(40 * MiB),
      deflate: true,
      local: { size: 3 * MiB },
      central: { size: 3 * MiB },
    }],
  });
  const sink = new CollectingSink();
  const error = await assertRejects(
    () => readZip(new MemoryFile(bomb), bomb.length, sink, denoCodecs),
    EdgebootError,
  );
  assertEquals(error.facts.rule, "zip-size-wrong");
  assert(sink.written <= 3 * MiB);
});

Deno.test("readZip refuses bytes after the last block of a large entry, near and far", async () => {
  const content = noise(3 * MiB);
  const { deflateRawSync } = await import("node:zlib");
  const packed = new Uint8Array(deflateRawSync(content));
  for (const trailing of [1, 600_000]) {
    const longer = concat([packed, new Uint8Array(trailing)]);
    const bytes = buildZip({ entries: [{ name: "big", content, deflate: true, packed: longer }] });
    assertEquals((await readBytes(bytes)).rule, "zip-deflate-trailing", `${trailing} bytes`);
  }
});

Deno.test("readZip refuses large entries that end early or are broken in the middle", async () => {
  const content = noise(3 * MiB);
  const { deflateRawSync } = await import("node:zlib");
  const packed = new Uint8Array(deflateRawSync(content));
  const early = packed.subarray(0, -7);
  const broken = packed.map((byte, at) => at > 500_000 && at < 500_100 ? 0xff : byte);
  for (const bad of [early, broken]) {
    const bytes = buildZip({ entries: [{ name: "big", content, deflate: true, packed: bad }] });
    const { rule } = await readBytes(bytes);
    assert(["zip-deflate-broken", "zip-size-wrong", "zip-crc-wrong"].includes(rule ?? ""), rule);
  }
});

Deno.test("readZip passes on what the sink throws, from small and from large entries", async () => {
  for (const size of [10, 3 * MiB]) {
    const bytes = buildZip({ entries: [{ name: "x", content: noise(size), deflate: true }] });
    const sink = new CollectingSink();
    sink.data = () => {
      throw new RangeError("from the sink");
    };
    await assertRejects(
      () => readZip(new MemoryFile(bytes), bytes.length, sink, denoCodecs),
      RangeError,
      "from the sink",
    );
  }
});

Deno.test("readZip accepts whatever lengths the file's reads come in", async () => {
  const bytes = buildZip({ entries: [HELLO, { name: "b", content: noise(3000) }] });
  for (const most of [1, 7, 1000]) {
    const outcome = await outcomeOf(new MemoryFile(bytes, most), bytes.length);
    assertEquals(outcome.entries.length, 2);
  }
});

Deno.test("readZip reads many small entries with few reads", async () => {
  const entries = Array.from({ length: 2000 }, (_, i) => ({ name: `${i}`, content: noise(500) }));
  const bytes = buildZip({ entries });
  const file = new MemoryFile(bytes);
  await outcomeOf(file, bytes.length);
  assert(file.reads <= 6, `${file.reads} reads`);
});

Deno.test("readZip refuses a file that is shorter than it was said to be", async () => {
  const bytes = buildZip({ entries: [HELLO] });
  assertEquals((await outcomeOf(new MemoryFile(bytes), bytes.length + 9)).rule, "zip-truncated");
});

Deno.test("readZip serves a signal while it unpacks", async () => {
  const entries = Array.from({ length: 60 }, (_, i) => ({
    name: `${i}`,
    content: noise(MiB),
    deflate: true,
  }));
  const bytes = buildZip({ entries });
  let served: number | undefined;
  const sink = new CollectingSink();
  const listener = () => served ??= sink.entries.length;
  Deno.addSignalListener("SIGUSR1", listener);
  try {
    const reading = readZip(new MemoryFile(bytes), bytes.length, sink, denoCodecs);
    Deno.kill(Deno.pid, "SIGUSR1");
    await reading;
  } finally {
    Deno.removeSignalListener("SIGUSR1", listener);
  }
  assert(served !== undefined && served < 40, `served after ${served} of 60 entries`);
});

const SCRIPTS: Record<string, string> = {
  "the line of zipapp": "#!/usr/bin/env python3\n",
  "the shell script of PEX": '#!/bin/sh\n# pex\nexec python3 "$0" "$@"\n',
};
for (const [script, prefix] of Object.entries(SCRIPTS)) {
  for (const relative of [false, true]) {
    const offsets = relative ? "relative to the archive" : "from the start of the file";
    Deno.test(`checkZip accepts ${script} with offsets ${offsets}`, async () => {
      const bytes = buildZip({
        entries: [{ ...HELLO, name: "__main__.py" }, { ...HELLO, descriptor: "32" }],
        prefix: text(prefix),
        relative,
      });
      const options = { allowPrefix: true };
      assertEquals(await checkZip(new MemoryFile(bytes), bytes.length, denoCodecs, options), {
        entries: 2,
        prefixBytes: prefix.length,
        unpackedBytes: 34,
        runnable: true,
      });
      assertEquals((await accepted(bytes, options)).length, 2);
    });
  }
}

Deno.test("checkZip finds lies about structure, and leaves contents to Python", async () => {
  const check = (spec: Partial<EntrySpec>) => {
    const bytes = buildZip({ entries: [{ ...HELLO, ...spec }] });
    return checkZip(new MemoryFile(bytes), bytes.length, denoCodecs);
  };
  const error = await assertRejects(() => check({ local: { name: text("b.txt") } }), EdgebootError);
  assertEquals(error.facts.rule, "zip-local-name-differs");
  await assertRejects(() => check({ after: text("hidden") }), EdgebootError);
  assertEquals((await check({ packed: NOTHING })).runnable, false);
});

Deno.test("refusals name the entry, escaped and cut", async () => {
  const name = "\u001b[31m\n" + "x".repeat(5000);
  const { error } = await readBytes(buildZip({ entries: [{ name, content: "a", flags: 1 }] }));
  const message = Object.values(error!.text).join(" ");
  assert(message.length < 600, `${message.length} characters`);
  // deno-lint-ignore no-control-regex
  assert(!/[\u0000-\u001f]/.test(message), message);
});
