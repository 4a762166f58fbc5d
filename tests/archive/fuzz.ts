import { gzipSync, zstdCompressSync } from "node:zlib";
import { unpack } from "../../src/archive/mod.ts";
import { denoCodecs } from "../../src/host/deno_codecs.ts";
import { DEFAULT_UNPACK_LIMITS, type UnpackLimits } from "../../src/model/unpack_limits.ts";
import { parseSha256 } from "../../src/model/digest.ts";
import { EdgebootError } from "../../src/model/errors.ts";
import { sealVerifiedBlob } from "../../src/model/verified_blob.ts";
import { SandboxFs } from "./sandbox_fs.ts";
import { memoryFile } from "./streams.ts";
import { concat } from "./support.ts";
import { entry, gnuLong, pax, tar } from "./tar/build.ts";
import { buildZip } from "./zip/build.ts";

export interface FuzzResult {
  readonly runs: number;
  readonly accepted: number;
  /** error code and rule → how often */
  readonly refused: ReadonlyMap<string, number>;
  readonly slowestMs: number;
}

const LIMITS: UnpackLimits = {
  ...DEFAULT_UNPACK_LIMITS,
  unpackedBytes: 8 * 1024 ** 2,
  entries: 2000,
};
const INTO = "/sandbox/into";

const directory = (name: string) => entry({ name, flag: "5", mode: 0o755 });
const link = (name: string, target: string) => entry({ name, flag: "2", link: target });

const TARS: readonly Uint8Array[] = [
  tar(
    directory("./"),
    directory("./pkg/"),
    entry({ name: "./pkg/a.py", content: "x".repeat(700) }),
    pax({ path: `./pkg/${"é".repeat(60)}`, mtime: "1.5" }),
    entry({ name: "x", content: "y" }),
    link("./lib64", "lib"),
    entry({ name: "./bin/python", flag: "2", link: "/usr/bin/python3" }),
    entry({ name: "./hard", flag: "1", link: "./pkg/a.py" }),
  ),
  tar(
    entry({ name: "a", content: "1", magic: "gnu" }),
    gnuLong("L", "n".repeat(150)),
    entry({ name: "n", magic: "gnu", content: "z".repeat(600) }),
    gnuLong("K", "../t".repeat(40)),
    entry({ name: "d/l", flag: "2", link: "t", magic: "gnu" }),
  ),
  tar(link("cur", "."), link("par", "cur/.."), entry({ name: "par/moo", content: "x" })),
  tar(link("a", "b"), link("b", "a"), link("c/d/e", "../../a/x"), entry({ name: "c/d/f" })),
  tar(entry({ name: "../x" }), entry({ name: "/y" }), entry({ name: "d", flag: "3" })),
];

const ZIPS: readonly Uint8Array[] = [
  buildZip({
    entries: [
      { name: "pkg/a.py", content: "hello hello hello", deflate: true, mode: 0o100644 },
      { name: "pkg/", mode: 0o040755 },
      { name: "l", content: "pkg/a.py", mode: 0o120777 },
      { name: "streamed", content: "x".repeat(300), deflate: true, descriptor: "32" },
    ],
  }),
];

/** A small generator with a seed, so that every run can be repeated. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/**
 * Unpacks `runs` mutations, each from a seed of its own. Throws on the first that hangs, throws
 * anything but EdgebootError, or violates the sandbox, and names its seed.
 */
export async function fuzz(
  firstSeed: number,
  runs: number,
  others: readonly Uint8Array[] = [],
): Promise<FuzzResult> {
  const archives = [...TARS, ...ZIPS, ...others];
  const refused = new Map<string, number>();
  let accepted = 0;
  let slowestMs = 0;
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const start = performance.now();
    let verdict: string;
    try {
      verdict = await runOne(mutation(archives, seed));
    } catch (error) {
      throw new Error(`fuzz seed ${seed}: ${error}`, { cause: error });
    }
    if (verdict === "accepted") accepted++;
    else refused.set(verdict, (refused.get(verdict) ?? 0) + 1);
    slowestMs = Math.max(slowestMs, performance.now() - start);
    if (slowestMs > 10_000) throw new Error(`fuzz seed ${seed} took ${slowestMs} ms`);
  }
  return { runs, accepted, refused, slowestMs };
}

async function runOne(archive: Uint8Array): Promise<string> {
  const sandbox = new SandboxFs(INTO);
  const blob = sealVerifiedBlob("/blob", parseSha256("0".repeat(64)), archive.length);
  const host = { fs: sandbox.asFileSystem(memoryFile(archive)), codecs: denoCodecs };
  let verdict = "accepted";
  try {
    await unpack(blob, { into: INTO, limits: LIMITS }, host);
  } catch (error) {
    if (!(error instanceof EdgebootError) || error.code === "INTERNAL") throw error;
    const { rule, limit, found } = error.facts;
    verdict = `${error.code} ${rule ?? limit ?? found ?? ""}`;
  }
  sandbox.checkLinks();
  if (sandbox.written > LIMITS.unpackedBytes) throw new Error(`${sandbox.written} bytes written`);
  return verdict;
}

/** The archive of a seed. Half of the tars go through a compressor, mutated before or after it. */
export function mutation(archives: readonly Uint8Array[], seed: number): Uint8Array {
  const below = random(seed * 2654435761);
  for (let i = 0; i < 4; i++) below(2);
  let bytes: Uint8Array = archives[below(archives.length)]!.slice();
  const isTar = bytes.length % 512 === 0 && bytes[0] !== 0x50 && bytes[0] !== 0x1f &&
    bytes[0] !== 0x28;
  bytes = mutate(bytes, archives, below);
  if (!isTar) return bytes;
  if (below(4) > 0) fixChecksums(bytes);
  const packing = below(6);
  if (packing > 1) return bytes;
  const packed = new Uint8Array(packing === 0 ? gzipSync(bytes) : zstdCompressSync(bytes));
  return below(3) === 0 ? mutate(packed, archives, below) : packed;
}

function mutate(
  original: Uint8Array,
  archives: readonly Uint8Array[],
  below: (limit: number) => number,
): Uint8Array {
  let bytes = original;
  for (let left = 1 + below(4); left > 0 && bytes.length > 0; left--) {
    const at = below(bytes.length);
    const block = at - at % 512;
    switch (below(9)) {
      case 0:
      case 1:
        bytes[at] = below(256);
        break;
      case 2:
        bytes[at] = bytes[at]! ^ (1 << below(8));
        break;
      case 3: // an interesting byte into the interesting part of a header
        bytes[Math.min(bytes.length - 1, block + [0, 1, 124, 135, 156, 157, 257, 345][below(8)]!)] =
          [0, 0x2e, 0x2f, 0x5c, 0x31, 0x32, 0x78, 0x80, 0xff][below(9)]!;
        break;
      case 4:
        bytes = bytes.slice(0, at);
        break;
      case 5: // a block comes twice
        bytes = concat(bytes.subarray(0, block + 512), bytes.subarray(block));
        break;
      case 6: // a block is lost
        bytes = concat(bytes.subarray(0, block), bytes.subarray(block + 512));
        break;
      case 7: { // a piece of another archive
        const other = archives[below(archives.length)]!;
        const from = below(other.length) & ~511;
        bytes = concat(
          bytes.subarray(0, block),
          other.subarray(from, from + 1024),
          bytes.subarray(block),
        );
        break;
      }
      default: // two pieces change places, as names and targets do
        bytes = bytes.slice();
        bytes.copyWithin(block, below(bytes.length) & ~511, block + below(200));
    }
  }
  return bytes;
}

function fixChecksums(bytes: Uint8Array): void {
  for (let at = 0; at + 512 <= bytes.length; at += 512) {
    const block = bytes.subarray(at, at + 512);
    if (block[257] !== 0x75 || block[258] !== 0x73) continue; // "us"
    block.fill(0x20, 148, 156);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  }
}
