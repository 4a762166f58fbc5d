import { crc32 } from "node:zlib";
import type { Collected } from "./collect.ts";

/** Whether a program is on PATH; tests that need an absent one are ignored, and say which. */
export function isInstalled(program: string): boolean {
  const found = (Deno.env.get("PATH") ?? "").split(":").some((directory) => {
    try {
      return Deno.statSync(`${directory}/${program}`).isFile;
    } catch {
      return false;
    }
  });
  if (!found) console.warn(`${program} is absent: the zip tests that need it are ignored`);
  return found;
}

export async function run(
  command: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<string> {
  const [program, ...args] = command;
  const { cwd, env } = options;
  const output = await new Deno.Command(program!, {
    args,
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
    stdin: "null",
  }).output();
  if (!output.success) {
    throw new Error(`${command.join(" ")}: ${new TextDecoder().decode(output.stderr)}`);
  }
  return new TextDecoder().decode(output.stdout);
}

const LISTING = `
import json, sys, zipfile, zlib
def name(i):
    # What Info-ZIP stores unflagged on Linux, CPython takes for code page 437.
    return i.filename if i.flag_bits & 0x800 else i.filename.encode('cp437').decode('utf-8')
for path in sys.argv[1:]:
    with zipfile.ZipFile(path) as archive:
        rows = [[name(i), i.file_size, zlib.crc32(archive.read(i)), (i.external_attr >> 16) & 0o7777]
                for i in sorted(archive.infolist(), key=lambda i: i.header_offset)]
    print(json.dumps(rows))
`;

export type Row = readonly [name: string, size: number, crc: number, mode: number];

/** What CPython's `zipfile` sees in each archive: name, size, CRC-32 of what it inflates, mode. */
export async function cpythonRows(paths: readonly string[]): Promise<Row[][]> {
  const listing = await run(["python3", "-c", LISTING, ...paths]);
  return listing.trim().split("\n").map((line) => JSON.parse(line));
}

/** The same of what the reader handed on. A link's content is its target, to CPython. */
export function rowsOf(entries: readonly Collected[]): Row[] {
  return entries.map(({ name, mode, content, linkTarget }) => {
    const bytes = linkTarget === undefined ? content : new TextEncoder().encode(linkTarget);
    return [name, bytes.length, crc32(bytes), mode ?? 0];
  });
}
