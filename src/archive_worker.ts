/**
 * The program of the second thread: reads an archive and tells the first one what is in it. Like
 * `main.ts` it connects the real host with a room, and is bundled on its own.
 */
import { serveReading } from "./archive/background.ts";
import { denoCodecs } from "./host/deno_codecs.ts";
import { hostFs } from "./host/host_fs.ts";
import { serveRequest } from "./host/helper_worker.ts";

// Loaded now, while the first thread still downloads.
const ready = denoCodecs.zlib();

serveRequest(async (request, outbox) => {
  await ready;
  await serveReading(request, outbox, { fs: hostFs, codecs: denoCodecs });
});
