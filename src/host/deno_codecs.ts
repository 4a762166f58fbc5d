import type { Codecs, Hasher } from "./ports.ts";
import { takeStrayErrors } from "./stray_errors.ts";

/**
 * `node:crypto` uses the CPU's SHA instructions (1.5 GB/s against WebCrypto's 0.6 GB/s), `node:zlib`
 * has zstd and tells how much it consumed. Loading either costs 13 ms or more, so both are imported on
 * first use, which a warm start never reaches.
 */
export const denoCodecs: Codecs = {
  sha256: async () => (await sha256Factory())(),
  sha256Factory,
  takeStrayErrors,
  zlib: () => import("node:zlib"),
};

async function sha256Factory(): Promise<() => Hasher> {
  const { createHash } = await import("node:crypto");
  return () => {
    const hash = createHash("sha256");
    return {
      update: (bytes) => void hash.update(bytes),
      digestHex: () => hash.digest("hex"),
    };
  };
}
