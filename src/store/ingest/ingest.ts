import { ANEW, type Content } from "../../model/content.ts";
import { type LayerDigest, shortDigest } from "../../model/digest.ts";
import { EdgebootError } from "../../model/errors.ts";
import { sealVerifiedBlob, type VerifiedBlob } from "../../model/verified_blob.ts";
import type { Clock, Codecs, FileSystem, Hasher } from "../../host/ports.ts";

export interface Expected {
  readonly sha256: LayerDigest;
  /** bytes, where the release states it */
  readonly size: number | undefined;
  /** Where the bytes come from, for messages; without credentials. */
  readonly origin: string;
}

export interface IngestOptions {
  /**
   * A path that only this process writes. Where the content begins at its first byte, nothing exists
   * there yet; else the file has all bytes before.
   */
  readonly path: string;
  readonly mostBytes: number;
  /** `verifyMs`: of the time so far, what hashing took. */
  onProgress?(bytes: number, verifyMs: number): void;
}

/**
 * Writes the bytes to disk and hashes them on the way, so that verifying before unpacking costs no
 * second reading. What an earlier attempt has left is read and hashed from its start, so the whole is
 * verified and not its parts. Only this function makes a {@link VerifiedBlob}.
 * @throws EdgebootError DIGEST_MISMATCH, SIZE_MISMATCH, BUDGET_EXCEEDED (65); FsError from the disk
 */
export async function ingest(
  content: Content,
  expected: Expected,
  options: IngestOptions,
  host: { readonly fs: FileSystem; readonly codecs: Codecs; readonly clock: Clock },
): Promise<VerifiedBlob> {
  refuseEarly(content, expected, options);
  let { hash, spent } = timed(await host.codecs.sha256(), host.clock);
  const limit = expected.size ?? options.mostBytes;
  const offset = content.offset ?? 0;
  let { size, head } = offset === 0
    ? { size: 0, head: new Uint8Array(0) }
    : await hashExisting(options.path, offset, hash, host.fs);
  let file = offset === 0
    ? host.fs.createFile(options.path, 0o600)
    : host.fs.openAppend(options.path);
  try {
    for await (const chunk of content.chunks()) {
      if (chunk === ANEW) {
        file.close();
        host.fs.remove(options.path);
        file = host.fs.createFile(options.path, 0o600);
        ({ hash, spent } = timed(await host.codecs.sha256(), host.clock, spent()));
        size = 0;
        head = new Uint8Array(0);
        continue;
      }
      size += chunk.length;
      if (size > limit) throw tooLong(expected, options, size);
      hash.update(chunk);
      file.write(chunk);
      if (head.length === 0) head = chunk.slice(0, HEAD_BYTES);
      options.onProgress?.(size, spent());
    }
  } finally {
    file.close();
  }
  if (expected.size !== undefined && size !== expected.size) {
    throw sizeDiffers(expected, size, head, content.encoding);
  }
  const found = hash.digestHex();
  if (found !== expected.sha256) {
    throw digestDiffers(expected, found, size, head, content.encoding);
  }
  return sealVerifiedBlob(options.path, expected.sha256, size);
}

/**
 * A file that was verified before, once more: undefined where its bytes are no longer those of the digest.
 * @throws FsError
 */
export async function reverify(
  path: string,
  sha256: LayerDigest,
  { fs, codecs }: { readonly fs: FileSystem; readonly codecs: Codecs },
): Promise<VerifiedBlob | undefined> {
  const stat = fs.lstat(path);
  if (stat?.kind !== "file") return undefined;
  const hash = await codecs.sha256();
  const { size } = await hashExisting(path, stat.size, hash, fs);
  return hash.digestHex() === sha256 ? sealVerifiedBlob(path, sha256, size) : undefined;
}

const HEAD_BYTES = 64;

/** `spent`: milliseconds in the hasher so far, those before included. */
function timed(
  inner: Hasher,
  { monotonic }: Clock,
  before = 0,
): { hash: Hasher; spent: () => number } {
  let ms = before;
  const update = (bytes: Uint8Array) => {
    const began = monotonic();
    inner.update(bytes);
    ms += monotonic() - began;
  };
  return { hash: { update, digestHex: () => inner.digestHex() }, spent: () => ms };
}

async function hashExisting(
  path: string,
  offset: number,
  hash: Hasher,
  fs: FileSystem,
): Promise<{ size: number; head: Uint8Array<ArrayBuffer> }> {
  let size = 0;
  let head = new Uint8Array(0);
  for await (const piece of fs.readPieces(path, offset)) {
    if (size === 0) head = piece.slice(0, HEAD_BYTES);
    hash.update(piece);
    size += piece.length;
  }
  // What comes next was asked for as the bytes after `offset`.
  if (size !== offset) throw new Error(`the partial download ${path} has changed its length`);
  return { size, head };
}

/** A wrong Content-Length is known before the first byte is written. */
function refuseEarly(content: Content, expected: Expected, options: IngestOptions): void {
  if (content.size === undefined) return;
  if (expected.size !== undefined && content.size !== expected.size) {
    throw sizeDiffers(expected, content.size, NO_HEAD, content.encoding);
  }
  if (content.size > options.mostBytes) throw tooLong(expected, options, content.size);
}

function tooLong(expected: Expected, options: IngestOptions, size: number): EdgebootError {
  if (expected.size !== undefined) return sizeDiffers(expected, size, NO_HEAD, undefined);
  return new EdgebootError("BUDGET_EXCEEDED", {
    what: `layer ${shortDigest(expected.sha256)} is refused`,
    why: `it is larger than ${options.mostBytes} bytes packed (${expected.origin})`,
    next: "state its size in the release if it is meant to be that large",
  }, { facts: { digest: expected.sha256, url: expected.origin } });
}

const NO_HEAD = new Uint8Array(0);

function sizeDiffers(
  expected: Expected,
  size: number,
  head: Uint8Array,
  encoding: string | undefined,
): EdgebootError {
  return new EdgebootError("SIZE_MISMATCH", {
    what: `layer ${shortDigest(expected.sha256)} has the wrong size`,
    why: `the release says ${expected.size} bytes, ${expected.origin} has ` +
      `${size}${lookOf(head)}${encodedAs(encoding)}`,
    next: encoding === undefined ? "upload the layer again, or correct the release" : AS_IT_IS,
  }, { facts: { digest: expected.sha256, url: expected.origin } });
}

function digestDiffers(
  expected: Expected,
  found: string,
  size: number,
  head: Uint8Array,
  encoding: string | undefined,
): EdgebootError {
  return new EdgebootError("DIGEST_MISMATCH", {
    what: `layer ${shortDigest(expected.sha256)} is not what was asked for`,
    why: `expected sha256 ${expected.sha256}, found ${found} in ${size} bytes of ` +
      `${expected.origin}${lookOf(head)}${encodedAs(encoding)}`,
    next: encoding !== undefined
      ? AS_IT_IS
      : "nothing was unpacked; compare with `sha256sum` where the layer was made, then upload it " +
        "again or correct the digest",
  }, { facts: { digest: expected.sha256, found, url: expected.origin } });
}

/** A server that compresses on the way, which was not asked for, has other bytes than it stores. */
function encodedAs(encoding: string | undefined): string {
  return encoding === undefined ? "" : `, sent with Content-Encoding: ${encoding}`;
}

const AS_IT_IS = "make the server send layers as they are stored, without Content-Encoding";

/** Error pages, sign-in pages and empty files arrive with status 200; saying so saves an hour. */
function lookOf(head: Uint8Array): string {
  if (head.length === 0) return "";
  const text = new TextDecoder().decode(head).trimStart().toLowerCase();
  if (text.startsWith("<!doctype html") || text.startsWith("<html")) return " (an HTML page)";
  if (text.startsWith("<?xml")) return " (an XML document)";
  if (text.startsWith("{")) return " (JSON)";
  return "";
}
