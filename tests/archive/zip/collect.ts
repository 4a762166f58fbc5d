import { join as concat } from "../../support/bytes.ts";
import { denoCodecs } from "../../../src/host/deno_codecs.ts";
import { denoFs } from "../../../src/host/deno_fs.ts";
import type { OpenFile } from "../../../src/host/ports.ts";
import type { EntryHeader, EntrySink } from "../../../src/archive/entry.ts";
import { readZip, type ZipOptions } from "../../../src/archive/zip/reader.ts";
import { EdgebootError } from "../../../src/model/errors.ts";

export interface Collected extends EntryHeader {
  readonly content: Uint8Array;
}

/** A sink that keeps everything and holds the reader to the contract of {@link EntrySink}. */
export class CollectingSink implements EntrySink {
  readonly entries: Collected[] = [];
  finished = false;
  written = 0;
  #open: { header: EntryHeader; parts: Uint8Array[]; received: number } | undefined;

  entry(header: EntryHeader): void {
    if (this.#open !== undefined || this.finished) throw new Error("entry() out of order");
    this.#open = { header, parts: [], received: 0 };
  }

  data(bytes: Uint8Array): void {
    const open = this.#open;
    if (open === undefined || open.header.type !== "file") throw new Error("data() out of order");
    if (bytes.length === 0) throw new Error("data() without bytes");
    open.parts.push(bytes.slice());
    open.received += bytes.length;
    this.written += bytes.length;
  }

  end(): void {
    const open = this.#open;
    if (open === undefined) throw new Error("end() out of order");
    if (open.received !== open.header.size) throw new Error("data() and size differ");
    this.entries.push({ ...open.header, content: concat(open.parts) });
    this.#open = undefined;
  }

  finish(): void {
    if (this.#open !== undefined || this.finished) throw new Error("finish() out of order");
    this.finished = true;
  }
}

/** Bytes as an open file; counts calls, and can be made to return short reads. */
export class MemoryFile implements OpenFile {
  #at = 0;
  reads = 0;

  constructor(private readonly bytes: Uint8Array, private readonly mostPerRead = Infinity) {}

  read(into: Uint8Array): number | null {
    this.reads++;
    const left = Math.min(this.bytes.length - this.#at, into.length, this.mostPerRead);
    if (left <= 0) return null;
    into.set(this.bytes.subarray(this.#at, this.#at + left));
    this.#at += left;
    return left;
  }
  seek(offset: number): void {
    this.#at = offset;
  }
  write(): void {
    throw new Error("read only");
  }
  size(): number {
    return this.bytes.length;
  }
  sync(): void {}
  setModified(): void {}
  close(): void {}
}

/** What came of reading: the entries, or the rule (or else the code) of the refusal. */
export interface Outcome {
  readonly entries: readonly Collected[];
  readonly error?: EdgebootError;
  readonly rule?: string;
}

export async function readBytes(bytes: Uint8Array, options: ZipOptions = {}): Promise<Outcome> {
  return await outcomeOf(new MemoryFile(bytes), bytes.length, options);
}

export async function readPath(path: string, options: ZipOptions = {}): Promise<Outcome> {
  const file = denoFs.openRead(path);
  try {
    return await outcomeOf(file, file.size(), options);
  } finally {
    file.close();
  }
}

/** The entries of an archive that must be accepted. */
export async function accepted(
  bytes: Uint8Array,
  options: ZipOptions = {},
): Promise<readonly Collected[]> {
  const { entries, error } = await readBytes(bytes, options);
  if (error !== undefined) throw error;
  return entries;
}

/** Anything but success and EdgebootError is thrown on: it is a bug. */
export async function outcomeOf(
  file: OpenFile,
  size: number,
  options: ZipOptions = {},
): Promise<Outcome> {
  const sink = new CollectingSink();
  try {
    await readZip(file, size, sink, denoCodecs, options);
  } catch (error) {
    if (!(error instanceof EdgebootError)) throw error;
    return { entries: sink.entries, error, rule: String(error.facts.rule ?? error.code) };
  }
  if (!sink.finished) throw new Error("the reader did not call finish()");
  return { entries: sink.entries };
}

export { concat };
