import type { FileTime } from "../../host/ports.ts";
import type { EntrySink } from "../entry.ts";
import { decodeName } from "../names.ts";
import { broken } from "../refuse.ts";
import { composeEntry } from "./compose.ts";
import { BLOCK, type Dialect, type RawHeader, readHeader } from "./header.ts";
import { isZero } from "./numbers.ts";
import { parsePax, type PaxRecords } from "./pax.ts";

/** More than any writer makes of one `x`, `g`, `L` or `K` header; it bounds memory. */
const MAX_META_BYTES = 1024 ** 2;
/** Zero padding after the end marks: writers fill up a record, of 1 MiB with `tar -b 2048`. */
const MAX_PADDING = 1024 ** 2;

/** `git archive` writes one, and concatenated archives one each. */
const MOST_GLOBALS = 1000;

type State =
  /** the next 512 bytes are a header or an end mark */
  | "header"
  /** the payload of an `x`, `g`, `L` or `K` header */
  | "meta"
  | "body"
  /** zero bytes up to the next block */
  | "padding"
  /** both end marks were seen */
  | "ended";

/**
 * A push parser for ustar, PAX and GNU tar (and the version 7 format, which has no extensions).
 * Feed it chunks of any size with {@link write}, then call {@link finish}.
 *
 * An archive keeps to one dialect: PAX records belong to ustar headers, long-name records to GNU
 * headers, and a header that fits neither is an error, never a reason to try another reading.
 */
export class TarReader {
  #state: State = "header";
  #dialect: Dialect | undefined;
  #zeroBlocks = 0;
  #remaining = 0;
  #padding = 0;
  #trailing = 0;

  readonly #block = new Uint8Array(BLOCK);
  #filled = 0;

  #metaFlag = "";
  #meta = new Uint8Array(0);
  #pax: PaxRecords | undefined;
  #globals = 0;
  #globalTime: FileTime | undefined;
  #longName: string | undefined;
  #longLink: string | undefined;

  constructor(private readonly sink: EntrySink) {}

  /** @throws EdgebootError ARCHIVE_BROKEN, and what the sink throws */
  write(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      switch (this.#state) {
        case "header":
          at = this.#takeBlock(chunk, at);
          break;
        case "body":
          at = this.#takeBody(chunk, at);
          break;
        case "meta":
          at = this.#takeMeta(chunk, at);
          break;
        case "padding":
          at = this.#takePadding(chunk, at);
          break;
        case "ended":
          at = this.#takeTrailing(chunk, at);
      }
    }
  }

  /** @throws EdgebootError ARCHIVE_BROKEN where the archive ends too early */
  finish(): void {
    if (this.#state === "ended" && this.#trailing % BLOCK === 0) return this.sink.finish();
    if (this.#state === "ended") throw broken("tar-after-end", "it does not end on a block");
    const between = this.#state === "header" && this.#filled === 0;
    throw broken(between && !this.#awaitsEntry() ? "tar-end-missing" : "tar-truncated");
  }

  #takeBlock(chunk: Uint8Array, at: number): number {
    if (this.#filled === 0 && chunk.length - at >= BLOCK) {
      this.#header(chunk.subarray(at, at + BLOCK));
      return at + BLOCK;
    }
    const taken = Math.min(BLOCK - this.#filled, chunk.length - at);
    this.#block.set(chunk.subarray(at, at + taken), this.#filled);
    this.#filled += taken;
    if (this.#filled === BLOCK) {
      this.#filled = 0;
      this.#header(this.#block);
    }
    return at + taken;
  }

  #takeBody(chunk: Uint8Array, at: number): number {
    const taken = Math.min(this.#remaining, chunk.length - at);
    this.sink.data(
      at === 0 && taken === chunk.length ? chunk : chunk.subarray(at, at + taken),
    );
    this.#remaining -= taken;
    if (this.#remaining === 0) {
      this.sink.end();
      this.#state = this.#padding === 0 ? "header" : "padding";
    }
    return at + taken;
  }

  #takeMeta(chunk: Uint8Array, at: number): number {
    const taken = Math.min(this.#remaining, chunk.length - at);
    this.#meta.set(chunk.subarray(at, at + taken), this.#meta.length - this.#remaining);
    this.#remaining -= taken;
    if (this.#remaining === 0) {
      this.#state = this.#padding === 0 ? "header" : "padding";
      this.#useMeta();
    }
    return at + taken;
  }

  /** Padding is zeros, as every writer has it: other bytes there would belong to nothing. */
  #takePadding(chunk: Uint8Array, at: number): number {
    const taken = Math.min(this.#padding, chunk.length - at);
    if (!isZero(chunk, at, at + taken)) throw broken("tar-padding");
    this.#padding -= taken;
    if (this.#padding === 0) this.#state = "header";
    return at + taken;
  }

  #takeTrailing(chunk: Uint8Array, at: number): number {
    if (!isZero(chunk, at, chunk.length)) throw broken("tar-after-end");
    this.#trailing += chunk.length - at;
    if (this.#trailing > MAX_PADDING) throw broken("tar-after-end", "more zeros than that");
    return chunk.length;
  }

  #header(block: Uint8Array): void {
    if (block[0] === 0 && isZero(block, 0, BLOCK)) return this.#zeroBlock();
    if (this.#zeroBlocks > 0) throw broken("tar-end-single");
    const header = readHeader(block, {
      name: this.#pax?.path !== undefined || this.#longName !== undefined,
      link: this.#pax?.linkpath !== undefined || this.#longLink !== undefined,
    });
    this.#keepDialect(header.dialect);
    switch (header.flag) {
      case "x":
      case "g":
        return this.#beginMeta(header, "posix");
      case "L":
      case "K":
        return this.#beginMeta(header, "gnu");
      default:
        this.#entry(header);
    }
  }

  /** POSIX.1-2017 pax, "ustar Interchange Format": the end is two blocks of zeros. */
  #zeroBlock(): void {
    if (this.#awaitsEntry()) throw broken("tar-extension-stacked", "the archive ends after it");
    if (++this.#zeroBlocks === 2) this.#state = "ended";
  }

  #keepDialect(dialect: Dialect): void {
    this.#dialect ??= dialect;
    if (this.#dialect === dialect) return;
    throw broken("tar-dialects-mixed", `${this.#dialect} and ${dialect} headers`);
  }

  #awaitsEntry(): boolean {
    return this.#pax !== undefined || this.#longName !== undefined || this.#longLink !== undefined;
  }

  #beginMeta(header: RawHeader, dialect: Dialect): void {
    if (header.dialect !== dialect) {
      throw broken("tar-dialects-mixed", `${header.flag} in a ${header.dialect} archive`);
    }
    const twice = header.flag === "L" ? this.#longName : header.flag === "K" ? this.#longLink : "";
    if (
      this.#pax !== undefined || (header.flag === "L" || header.flag === "K") && twice !== undefined
    ) {
      throw broken("tar-extension-stacked");
    }
    if (header.size > MAX_META_BYTES || header.size === 0 && dialect === "gnu") {
      throw broken("tar-extension-size", `${header.size} bytes`);
    }
    this.#metaFlag = header.flag;
    this.#meta = new Uint8Array(header.size);
    this.#remaining = header.size;
    this.#padding = paddingOf(header.size);
    if (header.size > 0) this.#state = "meta";
    else this.#useMeta();
  }

  #useMeta(): void {
    switch (this.#metaFlag) {
      case "x":
        this.#pax = parsePax(this.#meta, false);
        break;
      case "g":
        if (++this.#globals > MOST_GLOBALS) throw broken("tar-pax-globals");
        this.#globalTime = parsePax(this.#meta, true).modified ?? this.#globalTime;
        break;
      case "L":
        this.#longName = longText(this.#meta);
        break;
      default:
        this.#longLink = longText(this.#meta);
    }
    this.#meta = new Uint8Array(0);
  }

  #entry(header: RawHeader): void {
    const entry = composeEntry(header, {
      pax: this.#pax ?? {},
      longName: this.#longName,
      longLink: this.#longLink,
      globalTime: this.#globalTime,
    });
    this.#pax = undefined;
    this.#longName = undefined;
    this.#longLink = undefined;
    // The sink sees the claim before any content: it refuses a size that the policy or a limit
    // does not allow, so nothing was written for it.
    this.sink.entry(entry);
    this.#remaining = entry.size;
    this.#padding = paddingOf(entry.size);
    if (entry.size > 0) this.#state = "body";
    else if (entry.type === "file") this.sink.end();
  }
}

/** GNU: the payload of `L` and `K` is the text with one terminating NUL. */
function longText(payload: Uint8Array): string {
  const end = payload.length - 1;
  if (payload[end] !== 0 || payload.indexOf(0) !== end) {
    throw broken("tar-field-residue", "a GNU long name is not ended by one NUL");
  }
  return decodeName(payload.subarray(0, end));
}

function paddingOf(size: number): number {
  return (BLOCK - size % BLOCK) % BLOCK;
}
