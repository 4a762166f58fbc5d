import type { UnpackLimits } from "../model/unpack_limits.ts";
import { overLimit, showName } from "./refuse.ts";

/** Mean name length that the memory for seen names is sized for; real bundles have 40 to 80. */
const NAME_BYTES_PER_ENTRY = 64;
const MIN_NAME_BYTES = 1024 ** 2;

/** Keeps an archive to its limits. Every check is made on what is claimed, before it is written. */
export class Meter {
  #entries = 0;
  #implied = 0;
  #nameBytes = 0;
  #unpacked = 0;
  readonly #ceiling: number;
  readonly #maxNameBytes: number;

  /** @param packedBytes size of the blob, for the ratio */
  constructor(private readonly limits: UnpackLimits, private readonly packedBytes: number) {
    this.#ceiling = ratioCeiling(limits, packedBytes);
    this.#maxNameBytes = Math.max(MIN_NAME_BYTES, limits.entries * NAME_BYTES_PER_ENTRY);
  }

  get unpackedBytes(): number {
    return this.#unpacked;
  }

  get entries(): number {
    return this.#entries;
  }

  /** @throws EdgebootError BUDGET_EXCEEDED */
  entry(name: string, size: number): void {
    const { limits } = this;
    this.#entries++;
    this.#count(name);
    this.#unpacked += size;
    if (this.#unpacked > limits.unpackedBytes) {
      throw overLimit(
        "unpackedBytes",
        `with ${showName(name)} its files have ${this.#unpacked} bytes; ` +
          `the limit is ${limits.unpackedBytes}`,
        { entry: name },
      );
    }
    if (this.#unpacked > this.#ceiling) {
      throw overRatio(this.#unpacked, this.packedBytes, limits);
    }
  }

  /**
   * A directory that no entry names, only paths of others: as expensive as one that is named.
   * @throws EdgebootError BUDGET_EXCEEDED
   */
  impliedDirectory(path: string): void {
    this.#implied++;
    this.#count(path);
  }

  /** @throws EdgebootError BUDGET_EXCEEDED */
  depth(name: string, levels: number): void {
    if (levels <= this.limits.depth) return;
    throw overLimit(
      "depth",
      `${showName(name)} is ${levels} directories deep; the limit is ${this.limits.depth}`,
      { entry: name },
    );
  }

  #count(name: string): void {
    const { entries } = this.limits;
    if (this.#entries + this.#implied > entries) {
      throw overLimit("entries", `it has more than ${entries} entries`);
    }
    // The names that were seen are kept in memory, so that memory stays flat only if they do.
    if ((this.#nameBytes += name.length) > this.#maxNameBytes) {
      throw overLimit("entries", `its names alone have more than ${this.#maxNameBytes} bytes`);
    }
  }
}

/**
 * For formats that state the size of everything up front.
 * @throws EdgebootError BUDGET_EXCEEDED
 */
export function checkTotal(unpacked: number, packedBytes: number, limits: UnpackLimits): void {
  if (unpacked > limits.unpackedBytes) {
    throw overLimit(
      "unpackedBytes",
      `its files have ${unpacked} bytes; the limit is ${limits.unpackedBytes}`,
    );
  }
  if (unpacked > ratioCeiling(limits, packedBytes)) throw overRatio(unpacked, packedBytes, limits);
}

/** The most bytes that a blob of this size may decompress to. */
export function ratioCeiling(limits: UnpackLimits, packedBytes: number): number {
  return Math.max(limits.ratioFloorBytes, limits.ratio * packedBytes);
}

/** The refusal of an archive that unpacks to too many times its size; sizes in bytes. */
export function overRatio(unpacked: number, packedBytes: number, limits: UnpackLimits) {
  return overLimit(
    "ratio",
    `${packedBytes} bytes unpack to ${unpacked} or more, over ${limits.ratio} times as many`,
  );
}
