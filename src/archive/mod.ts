import type { Codecs, FileSystem, HelperThread, Host, OpenFile } from "../host/ports.ts";
import type { UnpackLimits } from "../model/unpack_limits.ts";
import { EdgebootError } from "../model/errors.ts";
import { PYZ_FILE } from "../model/layer_layout.ts";
import type { VerifiedBlob } from "../model/verified_blob.ts";
import { type ArchiveFormat, DETECT_BYTES, detectFormat, scriptIsNoZip } from "./detect.ts";
import { zipWithFront } from "./detect.ts";
import { readInBackground } from "./background.ts";
import { Extractor, FILE_MODE } from "./extract.ts";
import { EntryPolicy } from "./policy.ts";
import { readArchive, type UnpackedFormat } from "./read.ts";
import { READ_BYTES, Source } from "./source.ts";
import { hasEnding } from "./zip/ending.ts";
import { checkZip, type ZipSummary } from "./zip/reader.ts";
import { Turns } from "./turns.ts";

export type { ArchiveFormat } from "./detect.ts";
export { FORMAT_RULES } from "./format_rules.ts";
export { RULES } from "./rules.ts";
export { ZIP_RULES } from "./zip/rules.ts";

export interface UnpackOptions {
  /** An existing, empty directory. It is left writable; everything below it is made read-only. */
  readonly into: string;
  readonly limits: UnpackLimits;
  /** The layer is of kind `pyz`: a zip stays one file, also without a `#!` line. */
  readonly packedAsFile?: boolean;
  /** Reads the archive while this thread writes; without one both are done here. */
  readonly thread?: HelperThread | undefined;
  onProgress?(unpackedBytes: number): void;
}

export interface UnpackReport {
  readonly format: ArchiveFormat;
  readonly entries: number;
  readonly files: number;
  readonly directories: number;
  /** symlinks and hard links */
  readonly links: number;
  /** Interpreters of a virtual environment, as paths in the archive. */
  readonly leftOut: readonly string[];
  readonly unpackedBytes: number;
  /** Names that are another's but for letter case: they cannot be unpacked side by side everywhere. */
  readonly caseTwins: number;
}

type Services = Pick<Host, "fs" | "codecs">;

const SEAL_BATCH = 256;

/**
 * Unpacks a blob below `into`: every name, link and size is judged before anything is written for
 * it. On an error `into` holds what was written so far, for the caller to remove.
 *
 * @throws EdgebootError ARCHIVE_UNKNOWN, ARCHIVE_BROKEN, ARCHIVE_HOSTILE, BUDGET_EXCEEDED
 * @throws FsError from the file system, as it came (ENOSPC, EACCES…)
 */
export async function unpack(
  blob: VerifiedBlob,
  options: UnpackOptions,
  host: Services,
): Promise<UnpackReport> {
  const file = host.fs.openRead(blob.path);
  try {
    const format = formatOf(file, blob.size, options.packedAsFile ?? false);
    if (format === "pyz") return await keepAsFile(file, blob, options, host);
    return await extract(file, format, blob, options, host);
  } finally {
    file.close();
  }
}

function formatOf(file: OpenFile, size: number, packedAsFile: boolean): ArchiveFormat {
  const head = new Uint8Array(DETECT_BYTES);
  let length = 0;
  while (length < head.length) {
    const read = file.read(head.subarray(length));
    if (read === null || read === 0) break;
    length += read;
  }
  file.seek(0);
  const format = detect(file, head.subarray(0, length), size);
  return format === "zip" && packedAsFile ? "pyz" : format;
}

function detect(file: OpenFile, head: Uint8Array, size: number): ArchiveFormat {
  try {
    return detectFormat(head, size);
  } catch (error) {
    const endsAsZip = error instanceof EdgebootError && hasEnding(file, size);
    throw endsAsZip ? zipWithFront(head, size) : error;
  }
}

async function extract(
  file: OpenFile,
  format: UnpackedFormat,
  blob: VerifiedBlob,
  options: UnpackOptions,
  host: Services,
): Promise<UnpackReport> {
  const policy = new EntryPolicy(options.limits, blob.size);
  const extractor = new Extractor(
    host.fs,
    options.into,
    policy,
    (bytes) => options.onProgress?.(bytes),
  );
  const turns = new Turns();
  try {
    const { limits, thread } = options;
    if (thread !== undefined) {
      const request = { format, size: blob.size, limits };
      await readInBackground(thread, request, file, extractor, turns);
    } else {
      await readArchive(file, format, blob.size, extractor, limits, host.codecs, turns);
    }
    while (extractor.seal(SEAL_BATCH)) await turns.turn();
  } finally {
    extractor.close();
  }
  return { format, entries: policy.entries, caseTwins: policy.caseTwins, ...extractor.result };
}

/** A zip application stays one file and is run as such; its structure is checked all the same. */
async function keepAsFile(
  file: OpenFile,
  blob: VerifiedBlob,
  options: UnpackOptions,
  host: Services,
): Promise<UnpackReport> {
  const summary = await checkApplication(file, blob.size, options.limits, host.codecs);
  file.seek(0);
  await copyFile(file, `${options.into}/${PYZ_FILE}`, host.fs, options);
  return {
    format: "pyz",
    entries: summary.entries,
    files: 1,
    directories: 0,
    links: 0,
    leftOut: [],
    caseTwins: 0,
    unpackedBytes: blob.size,
  };
}

/**
 * Looks at a zip application by the rules for one that is unpacked.
 * @throws EdgebootError ARCHIVE_BROKEN, BUDGET_EXCEEDED, ARCHIVE_UNKNOWN
 */
export async function inspectApplication(
  path: string,
  limits: UnpackLimits,
  { fs, codecs }: Services,
): Promise<ZipSummary> {
  const file = fs.openRead(path);
  try {
    return await checkApplication(file, file.size(), limits, codecs);
  } finally {
    file.close();
  }
}

async function checkApplication(
  file: OpenFile,
  size: number,
  limits: UnpackLimits,
  codecs: Codecs,
): Promise<ZipSummary> {
  try {
    return await checkZip(file, size, codecs, { allowPrefix: true, maxEntries: limits.entries });
  } catch (error) {
    // Only `#!` was seen so far: without a zip at its end the file is a script.
    const isNoZip = error instanceof EdgebootError && error.facts.rule === "zip-end-missing";
    throw isNoZip ? scriptIsNoZip(size) : error;
  }
}

async function copyFile(
  from: OpenFile,
  path: string,
  fs: FileSystem,
  options: UnpackOptions,
): Promise<void> {
  const to = fs.createFile(path, FILE_MODE);
  const turns = new Turns();
  try {
    const source = new Source(from, READ_BYTES);
    let copied = 0;
    for (let chunk = source.next(); chunk !== undefined; chunk = source.next()) {
      to.write(chunk);
      options.onProgress?.(copied += chunk.length);
      await turns.turn();
    }
  } finally {
    to.close();
  }
}
