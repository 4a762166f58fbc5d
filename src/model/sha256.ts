/**
 * SHA-256 (FIPS 180-4) of a short text, in hex. For names that a warm start needs: to load the platform's
 * would cost more than the few blocks take here. What is downloaded is hashed by the platform.
 */
export function sha256Hex(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const padded = new DataView(new ArrayBuffer((bytes.length + 9 + 63) & ~63));
  new Uint8Array(padded.buffer).set(bytes);
  padded.setUint8(bytes.length, 0x80);
  padded.setUint32(padded.byteLength - 8, Math.floor(bytes.length / 2 ** 29));
  padded.setUint32(padded.byteLength - 4, bytes.length << 3);
  const state = Int32Array.from(INITIAL);
  const words = new Int32Array(64);
  for (let at = 0; at < padded.byteLength; at += 64) addBlock(padded, at, state, words);
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

function addBlock(data: DataView, at: number, state: Int32Array, words: Int32Array): void {
  for (let i = 0; i < 16; i++) words[i] = data.getInt32(at + 4 * i);
  for (let i = 16; i < 64; i++) {
    const near = words[i - 2]!;
    const far = words[i - 15]!;
    words[i] = (turn(near, 17) ^ turn(near, 19) ^ (near >>> 10)) + words[i - 7]! +
      (turn(far, 7) ^ turn(far, 18) ^ (far >>> 3)) + words[i - 16]!;
  }
  const first = state.slice();
  // One word of the state a round, in place: what is h in one round is g in the next.
  for (let i = 0; i < 64; i++) {
    const at = (word: number) => (word - i) & 7;
    const e = state[at(4)]!;
    const a = state[at(0)]!;
    const chosen = (e & state[at(5)]!) ^ (~e & state[at(6)]!);
    const b = state[at(1)]!;
    const c = state[at(2)]!;
    const most = (a & b) ^ (a & c) ^ (b & c);
    const added = state[at(7)]! + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + chosen +
      ROUNDS[i]! + words[i]!;
    state[at(3)]! += added;
    state[at(7)] = added + (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + most;
  }
  for (let i = 0; i < 8; i++) state[i]! += first[i]!;
}

function turn(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** The first 32 bits of the fractional parts of roots of the first primes (FIPS 180-4, 4.2.2 and 5.3.3). */
function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) {
    if (found.every((prime) => n % prime !== 0)) found.push(n);
  }
  return found;
}

const ROUNDS = primes(64).map((prime) => fraction(Math.cbrt(prime)));
const INITIAL = primes(8).map((prime) => fraction(Math.sqrt(prime)));
