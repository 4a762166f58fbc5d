import type { Codecs, HelperThread, OpenFile, Outbox } from "../host/ports.ts";
import type { UnpackLimits } from "../model/unpack_limits.ts";
import type { EntryHeader, EntrySink } from "./entry.ts";
import { readArchive, type UnpackedFormat } from "./read.ts";
import { NO_TURNS, type Turns } from "./turns.ts";

/** What a second thread needs to know to read an archive. */
export interface ReadRequest {
  readonly format: UnpackedFormat;
  /** bytes */
  readonly size: number;
  readonly limits: UnpackLimits;
}

/**
 * Some calls of an {@link EntrySink} in order: a header is `entry`, a number `data` with that many of
 * the bytes beside the message, then `end` and `finish`.
 */
type Call = EntryHeader | number | "end" | "finish";

/** Entries without contents have no bytes to fill a message with. */
const MOST_CALLS = 2048;

/**
 * Reads an archive on another thread: inflating, checksums and parsing there, policy and writing here.
 * `sink` gets the same calls in the same order as from {@link readArchive}, and the reader is never
 * more than a few batches ahead, so what is refused here was not prepared far beyond.
 */
export async function readInBackground(
  thread: HelperThread,
  request: ReadRequest,
  file: OpenFile,
  sink: EntrySink,
  turns: Turns,
): Promise<void> {
  for await (const { message, contents } of thread.run(request, file)) {
    replay(message as readonly Call[], contents, sink);
    await turns.turn();
  }
}

function replay(calls: readonly Call[], bytes: Uint8Array, sink: EntrySink): void {
  let at = 0;
  for (const call of calls) {
    if (typeof call === "number") sink.data(bytes.subarray(at, at += call));
    else if (call === "end") sink.end();
    else if (call === "finish") sink.finish();
    else sink.entry(call);
  }
}

/** The other thread's side. */
export async function serveReading(
  request: unknown,
  file: OpenFile,
  outbox: Outbox,
  codecs: Codecs,
): Promise<void> {
  const { format, size, limits } = request as ReadRequest;
  const sink = new BatchingSink(outbox);
  try {
    await readArchive(file, format, size, sink, limits, codecs, NO_TURNS);
  } finally {
    // Also after a fault: what came before it is judged first, as it would be on one thread.
    sink.flush();
  }
}

class BatchingSink implements EntrySink {
  #calls: Call[] = [];
  #slot: Uint8Array;
  #filled = 0;

  constructor(private readonly outbox: Outbox) {
    this.#slot = outbox.contents();
  }

  entry(header: EntryHeader): void {
    this.#call(header);
  }

  data(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + this.#slot.length - this.#filled);
      this.#slot.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      this.#call(part.length);
      if (this.#filled === this.#slot.length) this.flush();
    }
  }

  end(): void {
    this.#call("end");
  }

  finish(): void {
    this.#call("finish");
  }

  flush(): void {
    if (this.#calls.length === 0) return;
    this.outbox.send(this.#calls);
    this.#calls = [];
    this.#slot = this.outbox.contents();
    this.#filled = 0;
  }

  #call(call: Call): void {
    this.#calls.push(call);
    if (this.#calls.length >= MOST_CALLS) this.flush();
  }
}
