import { type BaseRuntime, PINNED_SHA256, type Target } from "./base_runtime.ts";
import { sha256Hex } from "./digest.ts";
import { restoreBase } from "./elf_base.ts";

/** Room for what `deno compile` adds to the sources: metadata, two ELF tables, alignment. */
const OVERHEAD = 65_536;

export interface BinaryReport {
  readonly size: number;
  /** Everything after the base runtime: our sources and Deno's metadata. */
  readonly embedded: number;
  readonly baseSha256: string;
}

interface Expected {
  readonly target: Target;
  readonly base: BaseRuntime;
  readonly bundleSize: number;
  /** Strings that must not be embedded: paths of this machine. */
  readonly forbidden: readonly string[];
}

/**
 * Checks what `deno compile` made against the promises of this build.
 * @throws {Error} when the base is not the pinned one, a path leaked, or more than the bundle is in it
 */
export async function inspectBinary(
  image: Uint8Array<ArrayBuffer>,
  expected: Expected,
): Promise<BinaryReport> {
  const { offset, baseSha256 } = await cutBase(image, expected);
  const tail = image.subarray(offset);
  if (tail.length > expected.bundleSize + OVERHEAD) {
    throw new Error(
      `binary: ${tail.length} bytes embedded for a bundle of ${expected.bundleSize}: ` +
        "is there a node_modules or package.json beside main.ts?",
    );
  }
  const text = new TextDecoder("latin1").decode(tail);
  const leak = expected.forbidden.find((path) => path.length > 1 && text.includes(path));
  if (leak !== undefined) throw new Error(`binary: the path ${leak} of this machine is embedded`);
  return { size: image.length, embedded: tail.length, baseSha256 };
}

/**
 * Where the appended part starts. Deno does not hash-check its own download, so the base is cut out again
 * and hashed: that shows what is really in the binary.
 */
async function cutBase(
  image: Uint8Array<ArrayBuffer>,
  { target, base }: Expected,
): Promise<{ offset: number; baseSha256: string }> {
  const restored = restoreBase(image);
  const pin = PINNED_SHA256[target];
  const found = await sha256Hex(restored);
  if (!base.givenByUser && pin !== undefined && found !== pin) {
    throw new Error(`binary: base runtime sha256 ${found}, pinned is ${pin}`);
  }
  let offset = restored.length;
  while (image[offset] === 0) offset++;
  return { offset, baseSha256: found };
}
