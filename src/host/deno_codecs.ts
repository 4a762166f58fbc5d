import type { Codecs, Hasher } from "./ports.ts";

/**
 * `node:crypto` uses the CPU's SHA instructions (1.5 GB/s against WebCrypto's 0.6 GB/s), `node:zlib`
 * has zstd and tells how much it consumed. Loading either costs 13 ms or more, so both are imported on
 * first use, which a warm start never comes to.
 */
export const denoCodecs: Codecs = {
  async sha256(): Promise<Hasher> {
    const { createHash } = await import("node:crypto");
    const hash = createHash("sha256");
    return {
      update: (bytes) => void hash.update(bytes),
      digestHex: () => hash.digest("hex"),
    };
  },
  zlib: () => import("node:zlib"),
};
