import type { Host } from "../../host/ports.ts";
import type { Content } from "../../model/content.ts";
import { EdgebootError, EXIT_CODES } from "../../model/errors.ts";
import type { VerifiedBlob } from "../../model/verified_blob.ts";
import { cacheFailure } from "../failure.ts";
import type { CacheLayout } from "../layout.ts";
import type { Download } from "./download.ts";
import { type Expected, ingest, type IngestOptions } from "./ingest.ts";

/**
 * Writes and verifies a download. One that broke off is kept for the next attempt, unless there is no
 * room for it; what was verified and found wrong is not.
 * @throws EdgebootError as {@link ingest}, with the disk's failures translated
 */
export async function ingestDownload(
  download: Download,
  content: Content,
  expected: Expected,
  options: Omit<IngestOptions, "path">,
  layout: CacheLayout,
  host: Pick<Host, "fs" | "codecs" | "clock">,
): Promise<VerifiedBlob> {
  try {
    if ((content.offset ?? 0) === 0) download.restart();
    const { size: total, validator } = content;
    download.comesFrom({ url: expected.origin, validator, total });
    return await ingest(content, expected, { ...options, path: download.path }, host);
  } catch (error) {
    const failure = cacheFailure(error, layout.root);
    const isBroken = !(failure instanceof EdgebootError) ||
      failure.exitCode === EXIT_CODES.BLOB_UNREACHABLE;
    if (isBroken) download.keep();
    throw failure;
  }
}
