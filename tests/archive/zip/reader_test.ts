import { assert, assertEquals } from "@std/assert";
import { readZip } from "../../../src/archive/zip/reader.ts";
import { denoCodecs } from "../../../src/host/deno_codecs.ts";
import {
  buildZip,
  type EntrySpec,
  extraField,
  HELLO,
  MiB,
  noise,
  pack,
  text,
  unicodePath,
} from "./build.ts";
import { accepted, CollectingSink, concat, MemoryFile, outcomeOf, readBytes } from "./collect.ts";

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
  assertEquals((await readBytes(bytes, { maxEntries: 1e6 })).rule, "zip-directory-broken");
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
  Deno.addSignalListener("SIGUSR2", listener);
  try {
    const reading = readZip(new MemoryFile(bytes), bytes.length, sink, denoCodecs);
    Deno.kill(Deno.pid, "SIGUSR2");
    await reading;
  } finally {
    Deno.removeSignalListener("SIGUSR2", listener);
  }
  assert(served !== undefined && served < 30, `served after ${served} of 60 entries`);
});

Deno.test("refusals name the entry, escaped and cut", async () => {
  const name = "\u001b[31m\n" + "x".repeat(5000);
  const { error } = await readBytes(buildZip({ entries: [{ name, content: "a", flags: 1 }] }));
  const message = Object.values(error!.text).join(" ");
  assert(message.length < 600, `${message.length} characters`);
  // deno-lint-ignore no-control-regex
  assert(!/[\u0000-\u001f]/.test(message), message);
});
