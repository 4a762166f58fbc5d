/**
 * Which name comes twice, at 8 bytes per name. A set of 600,000 names takes 150 MB; instead their
 * 53-bit hashes are sorted, and only names with equal hashes are looked at. Someone who makes hashes
 * collide on purpose gains nothing but that look.
 */
export class NameHashes {
  readonly #hashes: Float64Array;
  #count = 0;

  constructor(capacity: number) {
    this.#hashes = new Float64Array(capacity);
  }

  add(name: Uint8Array): void {
    this.#hashes[this.#count++] = hash53(name);
  }

  /**
   * Pairs of indices with one name: the first that has it, and each later one.
   * @param nameAt the names as they were added
   */
  *duplicates(nameAt: (index: number) => string): Generator<readonly [number, number]> {
    const suspects = repeated(this.#hashes);
    if (suspects.size === 0) return;
    const seen = new Map<string, number>();
    for (let index = 0; index < this.#count; index++) {
      if (!suspects.has(this.#hashes[index]!)) continue;
      const name = nameAt(index);
      const first = seen.get(name);
      if (first === undefined) seen.set(name, index);
      else yield [first, index];
    }
  }
}

function repeated(hashes: Float64Array): Set<number> {
  const sorted = hashes.slice().sort();
  return new Set(sorted.filter((hash, index) => index > 0 && sorted[index - 1] === hash));
}

/** Two FNV-1a runs over different primes, 32 and 21 bits of them. */
function hash53(bytes: Uint8Array): number {
  let [high, low] = [0x811c9dc5, 0x9747b28c];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    high = Math.imul(high ^ byte, 0x01000193);
    low = Math.imul(low ^ byte, 0x85ebca6b);
  }
  return (high >>> 0) * 2 ** 21 + (low >>> 11);
}
