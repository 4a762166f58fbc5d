import type { Budget } from "../model/budget.ts";
import { overBudget, showName } from "./refuse.ts";

/** Mean name length that the memory for seen names is sized for; real bundles have 40 to 80. */
const NAME_BYTES_PER_ENTRY = 64;
const MIN_NAME_BYTES = 1024 ** 2;

/** Keeps an archive to its budget. Every check is made on what is claimed, before it is written. */
export class Meter {
  #entries = 0;
  #implied = 0;
  #nameBytes = 0;
  #unpacked = 0;
  readonly #ceiling: number;
  readonly #maxNameBytes: number;

  /** @param packedBytes size of the blob, for the ratio */
  constructor(private readonly budget: Budget, private readonly packedBytes: number) {
    this.#ceiling = ratioCeiling(budget, packedBytes);
    this.#maxNameBytes = Math.max(MIN_NAME_BYTES, budget.entries * NAME_BYTES_PER_ENTRY);
  }

  get unpackedBytes(): number {
    return this.#unpacked;
  }

  get entries(): number {
    return this.#entries;
  }

  /** @throws EdgebootError BUDGET_EXCEEDED */
  entry(name: string, size: number): void {
    const { budget } = this;
    this.#entries++;
    this.#count(name);
    this.#unpacked += size;
    if (this.#unpacked > budget.unpackedBytes) {
      throw overBudget(
        "unpackedBytes",
        `with ${showName(name)} its files have ${this.#unpacked} bytes; ` +
          `the limit is ${budget.unpackedBytes}`,
        { entry: name },
      );
    }
    if (this.#unpacked > this.#ceiling) {
      throw overRatio(this.#unpacked, this.packedBytes, budget);
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
    if (levels <= this.budget.depth) return;
    throw overBudget(
      "depth",
      `${showName(name)} is ${levels} directories deep; the limit is ${this.budget.depth}`,
      { entry: name },
    );
  }

  #count(name: string): void {
    const { entries } = this.budget;
    if (this.#entries + this.#implied > entries) {
      throw overBudget("entries", `it has more than ${entries} entries`);
    }
    // The names that were seen are kept in memory, so that memory stays flat only if they do.
    if ((this.#nameBytes += name.length) > this.#maxNameBytes) {
      throw overBudget("entries", `its names alone have more than ${this.#maxNameBytes} bytes`);
    }
  }
}

/**
 * For formats that state the size of everything up front.
 * @throws EdgebootError BUDGET_EXCEEDED
 */
export function checkTotal(unpacked: number, packedBytes: number, budget: Budget): void {
  if (unpacked > budget.unpackedBytes) {
    throw overBudget(
      "unpackedBytes",
      `its files have ${unpacked} bytes; the limit is ${budget.unpackedBytes}`,
    );
  }
  if (unpacked > ratioCeiling(budget, packedBytes)) throw overRatio(unpacked, packedBytes, budget);
}

/** The most bytes that a blob of this size may decompress to. */
export function ratioCeiling(budget: Budget, packedBytes: number): number {
  return Math.max(budget.ratioFloorBytes, budget.ratio * packedBytes);
}

/** The refusal of an archive that unpacks to too many times its size; sizes in bytes. */
export function overRatio(unpacked: number, packedBytes: number, budget: Budget) {
  return overBudget(
    "ratio",
    `${packedBytes} bytes unpack to ${unpacked} or more, over ${budget.ratio} times as many`,
  );
}
