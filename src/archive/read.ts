import type { Codecs, OpenFile } from "../host/ports.ts";
import type { UnpackLimits } from "../model/unpack_limits.ts";
import type { ArchiveFormat } from "./detect.ts";
import type { EntrySink } from "./entry.ts";
import { gunzip } from "./gzip.ts";
import { overRatio, ratioCeiling } from "./meter.ts";
import { type ByteSink, READ_BYTES, Source } from "./source.ts";
import { TarReader } from "./tar/reader.ts";
import type { Turns } from "./turns.ts";
import { readZip } from "./zip/reader.ts";
import { unzstd } from "./zstd.ts";

/** The formats that become a tree; a zip application stays a file. */
export type UnpackedFormat = Exclude<ArchiveFormat, "pyz">;

/**
 * Drives `sink` through an archive of any format.
 * @throws EdgebootError ARCHIVE_BROKEN, BUDGET_EXCEEDED; FsError; what `sink` throws
 */
export async function readArchive(
  file: OpenFile,
  format: UnpackedFormat,
  size: number,
  sink: EntrySink,
  limits: UnpackLimits,
  codecs: Codecs,
  turns: Turns,
): Promise<void> {
  if (format === "zip") {
    await readZip(file, size, sink, codecs, { maxEntries: limits.entries, limits, turns });
  } else {
    await readTar(file, format, sink, limits, codecs, turns);
  }
}

async function readTar(
  file: OpenFile,
  format: "tar" | "tar+gzip" | "tar+zstd",
  sink: EntrySink,
  limits: UnpackLimits,
  codecs: Codecs,
  turns: Turns,
): Promise<void> {
  const tar = new TarReader(sink);
  switch (format) {
    case "tar": {
      const source = new Source(file, READ_BYTES);
      for (let chunk = source.next(); chunk !== undefined; chunk = source.next()) {
        tar.write(chunk);
        await turns.turn();
      }
      break;
    }
    case "tar+gzip":
      await gunzip(file, await codecs.zlib(), bounded(tar, limits), turns);
      break;
    case "tar+zstd":
      await unzstd(
        file,
        await codecs.zlib(),
        bounded(tar, limits),
        turns,
        codecs.takeStrayErrors,
      );
  }
  tar.finish();
}

/**
 * The ratio holds for the tar stream too, as a million empty entries have no contents to count; and for
 * each beginning of it, as a bomb of many files would else write the ratio times its whole size.
 */
function bounded(sink: TarReader, limits: UnpackLimits): ByteSink {
  let total = 0;
  return {
    write(bytes, consumed) {
      total += bytes.length;
      if (total > ratioCeiling(limits, consumed)) throw overRatio(total, consumed, limits);
      sink.write(bytes);
    },
  };
}
