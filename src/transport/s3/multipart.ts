import type { Outgoing } from "../../model/objects.ts";
import { LARGEST_WHOLE_BYTES, type Sending } from "../objects/http_request.ts";
import { field } from "./listing.ts";

/** At least 5 MiB, and at most 10,000 of them: enough for 78 GiB. */
const PART_BYTES = LARGEST_WHOLE_BYTES;

export interface PartAnswer {
  readonly text: string;
  readonly etag: string | undefined;
}

/** Sends a request about the object. @throws EdgebootError where the server does not do it */
export type SendPart = (
  method: Sending["method"],
  query: string,
  content?: Outgoing,
) => Promise<PartAnswer>;

/**
 * Brings an object in parts, each with its length and digest, as servers want it and memory allows. It is there
 * when it is completed, which comes after the last byte was found right; what fails is given up.
 */
export async function uploadInParts(content: Outgoing, send: SendPart): Promise<void> {
  const id = field((await send("POST", "?uploads=")).text, "UploadId");
  if (id === undefined) throw new Error("the server gives no UploadId");
  const upload = `uploadId=${encodeURIComponent(id)}`;
  try {
    const etags: string[] = [];
    for await (const part of partsOf(content)) {
      const number = etags.length + 1;
      const { etag } = await send("PUT", `?partNumber=${number}&${upload}`, part);
      etags.push(etag ?? "");
    }
    const list = etags.map((etag, index) =>
      `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`
    );
    const xml = `<CompleteMultipartUpload>${list.join("")}</CompleteMultipartUpload>`;
    const done = await send("POST", `?${upload}`, whole(new TextEncoder().encode(xml)));
    // It may fail behind a status of 200, which comes before the work is done.
    const code = field(done.text, "Code");
    if (code !== undefined) throw new Error(`the server could not complete the upload: ${code}`);
  } catch (error) {
    await send("DELETE", `?${upload}`).catch(() => {});
    throw error;
  }
}

async function* partsOf({ size, chunks }: Outgoing): AsyncGenerator<Outgoing> {
  let part = new Uint8Array(Math.min(PART_BYTES, size));
  let [filled, sent] = [0, 0];
  for await (const chunk of chunks()) {
    for (let at = 0; at < chunk.length;) {
      const piece = chunk.subarray(at, at + part.length - filled);
      part.set(piece, filled);
      filled += piece.length;
      at += piece.length;
      if (filled < part.length) continue;
      yield whole(part);
      sent += filled;
      part = new Uint8Array(Math.min(PART_BYTES, Math.max(size - sent, 0)));
      filled = 0;
    }
  }
  if (filled > 0) yield whole(part.subarray(0, filled));
}

function whole(bytes: Uint8Array): Outgoing {
  return {
    size: bytes.length,
    async *chunks() {
      yield await Promise.resolve(bytes);
    },
  };
}
