import { join } from "./bytes.ts";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { LayerDigest, ReleaseDigest } from "../../src/model/digest.ts";

/** As whatever the test takes it for. */
export function sha256(bytes: Uint8Array | string): LayerDigest & ReleaseDigest {
  return createHash("sha256").update(bytes).digest("hex") as LayerDigest & ReleaseDigest;
}

/** Another digest that begins with the same 63 digits: what is compared must be all of it. */
export function almost<Digest extends string>(digest: Digest): Digest {
  return digest.slice(0, -1) + (digest.endsWith("0") ? "1" : "0") as Digest;
}

/** A ustar archive of regular files, name → text; a name that ends in `/` is a directory. */
export function tarOf(files: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (const [name, text] of Object.entries(files)) {
    const content = new TextEncoder().encode(text);
    parts.push(header(name, content.length), content);
    parts.push(new Uint8Array((512 - content.length % 512) % 512));
  }
  parts.push(new Uint8Array(1024));
  return join(parts);
}

export function tarGzOf(files: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(tarOf(files)));
}

/** POSIX.1-1988 ustar. */
function header(name: string, size: number): Uint8Array {
  const block = new Uint8Array(512);
  const put = (text: string, at: number) => block.set(new TextEncoder().encode(text), at);
  put(name, 0);
  put("0000644\0", 100);
  put(size.toString(8).padStart(11, "0"), 124);
  put("00000000000", 136);
  put(name.endsWith("/") ? "5" : "0", 156);
  put("ustar\x0000", 257);
  put(" ".repeat(8), 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** Text that does not compress and is the same in every run. */
export function noise(length: number, seed = 1): string {
  let state = seed;
  const letters: string[] = [];
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    letters.push(String.fromCharCode(33 + (state >> 16) % 90));
  }
  return letters.join("");
}
