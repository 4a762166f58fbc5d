/**
 * Two FNV-1a runs with different seeds, 53 bits of them as 14 hexadecimal digits. For names, where what is
 * behind one says itself what it is for: a start does not load a real hash for it.
 */
export function hash53(text: string): string {
  const run = (seed: number) => {
    let hash = seed;
    for (let i = 0; i < text.length; i++) {
      hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    }
    return hash >>> 0;
  };
  return ((run(0x811c9dc5) & 0x1fffff) * 2 ** 32 + run(0x01234567)).toString(16).padStart(14, "0");
}
