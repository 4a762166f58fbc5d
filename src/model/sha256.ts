const encoder = new TextEncoder();

/**
 * The SHA-256 (FIPS 180-4) of a small text, as lower-case hex. For names, and for the one document that a warm
 * start may have to check: loading `node:crypto` takes 10 ms, this takes 1 ms for 2 kB. Layers are hashed by
 * the host.
 */
export function sha256Hex(text: string): string {
  const message = padded(encoder.encode(text));
  const view = new DataView(message.buffer);
  const primes = firstPrimes();
  const state = Uint32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
  const constants = Uint32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
  const words = new Uint32Array(64);
  for (let at = 0; at < message.length; at += 64) {
    for (let i = 0; i < 16; i++) words[i] = view.getUint32(at + 4 * i);
    extend(words);
    compress(state, words, constants);
  }
  return [...state].map((word) => word.toString(16).padStart(8, "0")).join("");
}

/** The first 64 primes, of whose roots the constants are the fractional parts (4.2.2, 5.3.3). */
function firstPrimes(): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) {
    if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  }
  return primes;
}

function fraction(root: number): number {
  return (root % 1) * 2 ** 32;
}

function padded(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array((bytes.length + 72) & ~63);
  message.set(bytes);
  message[bytes.length] = 0x80;
  new DataView(message.buffer).setUint32(message.length - 4, bytes.length * 8);
  return message;
}

function rotate(word: number, by: number): number {
  return word >>> by | word << (32 - by);
}

function extend(words: Uint32Array): void {
  for (let i = 16; i < 64; i++) {
    const [a, b] = [words[i - 15]!, words[i - 2]!];
    const small0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
    const small1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
    words[i] = words[i - 16]! + small0 + words[i - 7]! + small1;
  }
}

function compress(state: Uint32Array, words: Uint32Array, constants: Uint32Array): void {
  let [a, b, c, d, e, f, g, h] = [...state] as [
    ...[number, number, number, number],
    ...[number, number, number, number],
  ];
  for (let i = 0; i < 64; i++) {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const first = (h + big1 + choice + constants[i]! + words[i]!) | 0;
    [h, g, f, e, d, c, b] = [g, f, e, (d + first) | 0, c, b, a];
    a = (first + big0 + majority) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => state[i]! += word);
}
