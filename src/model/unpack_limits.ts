/** Limits on what an archive may unpack to; exceeding one is BUDGET_EXCEEDED (65). */
export interface UnpackLimits {
  /** Sum of all file sizes, bytes. */
  readonly unpackedBytes: number;
  /** Entries of any type. */
  readonly entries: number;
  /** Directory levels below the tree's root. */
  readonly depth: number;
  /** Bytes of one whole path. */
  readonly pathBytes: number;
  /** Unpacked bytes per packed byte, for the archive as a whole; see {@link ratioFloorBytes}. */
  readonly ratio: number;
  /** Below this many unpacked bytes the ratio does not count: a file of blanks is no bomb. */
  readonly ratioFloorBytes: number;
}

/** A packed layer without a stated size may be this large, bytes. */
export const DEFAULT_PACKED_BYTES = 16 * 1024 ** 3;

const GiB = 1024 ** 3;

/**
 * Five times the largest PyPI stacks seen (a CUDA torch environment is 6 GB in 40,000 files). Names are
 * kept in memory while unpacking: 100,000 entries stay well below 256 MB for the whole process.
 */
export const DEFAULT_UNPACK_LIMITS: UnpackLimits = {
  unpackedBytes: 32 * GiB,
  entries: 100_000,
  depth: 64,
  pathBytes: 1024,
  ratio: 200,
  ratioFloorBytes: 1024 ** 2,
};
