import { assertEquals } from "@std/assert";
import { parseLdCache } from "../../src/elf/ld_cache.ts";

interface Row {
  readonly soname: string;
  readonly path: string;
  readonly flags: number;
}

const ROWS: readonly Row[] = [
  { soname: "libpq.so.5", path: "/lib/x86_64-linux-gnu/libpq.so.5", flags: 0x0303 },
  { soname: "libz.so.1", path: "/lib32/libz.so.1", flags: 0x0003 },
];

/** The layout of dl-cache.h: a new table, behind an old one where `old` says how many entries it has. */
function build(
  rows: readonly Row[],
  { old, little = true }: { old?: number; little?: boolean } = {},
) {
  const text = rows.map(({ soname, path }) => `${soname}\0${path}\0`).join("");
  const start = old === undefined ? 0 : Math.ceil((16 + old * 12) / 8) * 8;
  const strings = 48 + rows.length * 24;
  const bytes = new Uint8Array(start + strings + text.length);
  const view = new DataView(bytes.buffer);
  const encoder = new TextEncoder();
  if (old !== undefined) {
    bytes.set(encoder.encode("ld.so-1.7.0"));
    view.setUint32(12, old, true);
  }
  bytes.set(encoder.encode("glibc-ld.so.cache1.1"), start);
  view.setUint32(start + 20, rows.length, little);
  bytes[start + 28] = little ? 2 : 3;
  let offset = strings;
  rows.forEach(({ soname, path, flags }, index) => {
    const at = start + 48 + index * 24;
    view.setUint32(at, flags, little);
    view.setUint32(at + 4, offset, little);
    view.setUint32(at + 8, offset + soname.length + 1, little);
    offset += soname.length + path.length + 2;
  });
  bytes.set(encoder.encode(text), start + strings);
  return bytes;
}

for (
  const [name, options] of [
    ["the new format", {}],
    ["both formats", { old: 3 }],
    ["both formats without old entries", { old: 0 }],
    ["the other byte order", { little: false }],
  ] as const
) {
  Deno.test(`parseLdCache reads names, paths and flags when the file is in ${name}`, () => {
    assertEquals(parseLdCache(build(ROWS, options)), [...ROWS]);
  });
}

for (const length of [0, 5, 19, 47, 60]) {
  Deno.test(`parseLdCache gives nothing when the file ends after ${length} bytes`, () => {
    assertEquals(parseLdCache(build(ROWS).subarray(0, length)), []);
  });
}

Deno.test("parseLdCache gives nothing when the format is unknown", () => {
  const bytes = build(ROWS);
  bytes[18] = "2".charCodeAt(0);
  assertEquals(parseLdCache(bytes), []);
});

Deno.test("parseLdCache finds what ldconfig lists on this machine", async () => {
  const listed = await new Deno.Command("/sbin/ldconfig", { args: ["-p"] }).output();
  const lines = new TextDecoder().decode(listed.stdout).split("\n").flatMap((line) => {
    const match = /^\t(\S+) \(.*\) => (\S+)$/.exec(line);
    return match === null ? [] : `${match[1]} ${match[2]}`;
  });
  const found = parseLdCache(await Deno.readFile("/etc/ld.so.cache"))
    .map(({ soname, path }) => `${soname} ${path}`);
  assertEquals(found.toSorted(), lines.toSorted());
});
