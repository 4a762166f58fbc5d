import type { Codecs, OpenFile, ZlibModule } from "../../host/ports.ts";
import { DEFAULT_UNPACK_LIMITS, type UnpackLimits } from "../../model/unpack_limits.ts";
import type { EntryHeader, EntrySink } from "../entry.ts";
import { checkTotal } from "../meter.ts";
import { METHOD } from "./central.ts";
import { isSmall, readLarge, readSmall } from "./content.ts";
import {
  type Directory,
  type DirectoryLimits,
  type PlacedEntry,
  readDirectory,
} from "./directory.ts";
import { findEnding } from "./ending.ts";
import { decodeUtf8 } from "./entry_name.ts";
import { freeAtOnce } from "./free.ts";
import { checkDescriptor, checkLocalHeader, type DataRange } from "./local.ts";
import { checkStart } from "./prefix.ts";
import { refuse } from "./refusal.ts";
import { dosTime } from "./times.ts";
import { Turns } from "../turns.ts";
import { ReadWindow } from "./window.ts";

export interface ZipOptions {
  /** A `#!` script may stand in front, as in zip applications (PEP 441). Default: false. */
  readonly allowPrefix?: boolean;
  /** Default: that of {@link DEFAULT_UNPACK_LIMITS}. */
  readonly maxEntries?: number;
  /** Holds the sum of all stated sizes to it, before the first entry is handed on. */
  readonly limits?: UnpackLimits;
  /** Default: the event loop gets its turns. */
  readonly turns?: Turns;
}

export interface ZipSummary {
  readonly entries: number;
  /** bytes in front of the archive */
  readonly prefixBytes: number;
  /** sum of the stated sizes */
  readonly unpackedBytes: number;
  /** Whether Python can run it: `__main__.py` at the top. */
  readonly runnable: boolean;
  /** Names of what looks like an extension module or a library. */
  readonly native: readonly string[];
}

/**
 * Drives `sink` through a zip of `sizeBytes` bytes, in the order of the data. The archive must be
 * one that all tools read alike; `ZIP_RULES` lists what that means.
 * @throws EdgebootError ARCHIVE_BROKEN or BUDGET_EXCEEDED with facts `rule` and `entry`
 * @throws FsError, and whatever `sink` throws
 */
export async function readZip(
  file: OpenFile,
  sizeBytes: number,
  sink: EntrySink,
  codecs: Codecs,
  options: ZipOptions = {},
): Promise<void> {
  const zlib = await codecs.zlib();
  const { turns = new Turns() } = options;
  const directory = await openDirectory(file, sizeBytes, zlib, turns, options, "same");
  if (options.limits !== undefined) {
    checkTotal(directory.unpackedBytes, sizeBytes, options.limits);
  }
  const window = new ReadWindow(file, sizeBytes);
  for (const placed of directory) {
    await unpackEntry(zlib, window, placed, sink, turns);
    await turns.turn();
  }
  sink.finish();
}

/**
 * Checks a zip application that is kept as one file: every rule but those on contents. Its digest
 * has been verified, and Python reads it with the CRC-32 checks of its own, so inflating 150 MB
 * (half a second of each first start) would find nothing but a broken build. What this does prove
 * is that Python will see the very entries that any other tool saw.
 * @throws EdgebootError ARCHIVE_BROKEN or BUDGET_EXCEEDED with facts `rule` and `entry`
 * @throws FsError
 */
export async function checkZip(
  file: OpenFile,
  sizeBytes: number,
  codecs: Codecs,
  options: ZipOptions = {},
): Promise<ZipSummary> {
  const turns = new Turns();
  const directory = await openDirectory(
    file,
    sizeBytes,
    await codecs.zlib(),
    turns,
    options,
    "never",
  );
  const window = new ReadWindow(file, sizeBytes);
  let runnable = false;
  const native: string[] = [];
  for (const placed of directory) {
    const { name } = placed.central;
    checkDescriptor(window, placed, checkLocalHeader(window, placed));
    runnable ||= name === "__main__.py";
    if (NATIVE.test(name)) native.push(name);
    await turns.turn();
  }
  const { count, start, unpackedBytes } = directory;
  return { entries: count, prefixBytes: start, unpackedBytes, runnable, native };
}

const NATIVE = /\.(?:so(?:\.[\d.]+)?|pyd|dll|dylib)$/i;

async function openDirectory(
  file: OpenFile,
  sizeBytes: number,
  zlib: ZlibModule,
  turns: Turns,
  { allowPrefix = false, maxEntries = DEFAULT_UNPACK_LIMITS.entries }: ZipOptions,
  twice: DirectoryLimits["twice"],
): Promise<Directory> {
  const ending = findEnding(file, sizeBytes);
  const crc32 = (bytes: Uint8Array) => zlib.crc32(bytes);
  const directory = await readDirectory(file, ending, { maxEntries, twice }, crc32, turns);
  checkStart(file, directory.start, ending.base, allowPrefix);
  return directory;
}

async function unpackEntry(
  zlib: ZlibModule,
  window: ReadWindow,
  placed: PlacedEntry,
  sink: EntrySink,
  turns: Turns,
): Promise<void> {
  const { central } = placed;
  if (isSmall(central)) {
    // All of it at once, so that what is behind the data can be checked before the data.
    window.bytes(placed.start, placed.end - placed.start);
    const data = checkLocalHeader(window, placed);
    checkDescriptor(window, placed, data);
    const bytes = readSmall(zlib, window, central, data);
    const target = central.type === "symlink" ? linkTarget(central.name, bytes) : undefined;
    sink.entry(headerOf(placed, data, target));
    if (target === undefined && bytes.length > 0) sink.data(bytes);
    if (central.method === METHOD.deflate) freeAtOnce(bytes);
  } else {
    const data = checkLocalHeader(window, placed);
    sink.entry(headerOf(placed, data, undefined));
    await readLarge(zlib, window, central, data, turns, (bytes) => sink.data(bytes));
    checkDescriptor(window, placed, data);
  }
  sink.end();
}

function headerOf(
  { central }: PlacedEntry,
  local: DataRange,
  target: string | undefined,
): EntryHeader {
  const { name, type, mode, size, plainTime } = central;
  // The local header's first, as unzip and bsdtar have it.
  const modified = local.modified ?? central.modified ??
    dosTime(plainTime >>> 16, plainTime & 0xffff);
  return target === undefined
    ? { name, type, mode, modified, size }
    : { name, type, mode, modified, size: 0, linkTarget: target };
}

function linkTarget(entry: string, bytes: Uint8Array): string {
  return decodeUtf8(bytes) ??
    refuse("zip-link-target-invalid", { entry, detail: "it is not UTF-8" });
}
