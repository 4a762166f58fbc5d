/**
 * The program of the second thread, which has no permission at all: reads an archive and tells the first
 * one what is in it. Like `main.ts` it connects the real host with a room, and is bundled on its own.
 */
import { serveReading } from "./archive/background.ts";
import { denoCodecs } from "./host/deno_codecs.ts";
import { serveRequest } from "./host/helper_worker.ts";

// Loaded now, while the first thread still downloads.
const ready = denoCodecs.zlib();

serveRequest(async (request, file, outbox) => {
  await ready;
  await serveReading(request, file, outbox, denoCodecs);
});
