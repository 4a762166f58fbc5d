import type { FileTime } from "../host/ports.ts";

/** What the readers (tar, zip) say and the sink (policy, then extraction) hears. No I/O here. */

export type EntryType =
  | "file"
  | "directory"
  | "symlink"
  | "hardlink"
  | "character device"
  | "block device"
  | "fifo"
  | "socket";

export interface EntryHeader {
  /** As the archive has it, already proven to be UTF-8; nothing normalised, nothing stripped. */
  readonly name: string;
  readonly type: EntryType;
  /** Permission bits with setuid, setgid and sticky, 0o7777; undefined where the archive has none. */
  readonly mode: number | undefined;
  /** Unpacked size in bytes as declared; the reader enforces it. 0 for all but files. */
  readonly size: number;
  /** When it was last changed, clamped to what file systems hold; the epoch where it is not told. */
  readonly modified: FileTime;
  /** For symlinks and hardlinks, as the archive has it. */
  readonly linkTarget?: string;
}

/**
 * Receives one archive in order: `entry`, then for a file any number of `data` whose lengths add up
 * to `header.size`, then `end`; after the last entry, `finish`. Each call may throw EdgebootError
 * (ARCHIVE_HOSTILE, BUDGET_EXCEEDED, IO…), which ends the reading.
 */
export interface EntrySink {
  entry(header: EntryHeader): void;
  /** `bytes` is only valid during the call: the reader reuses its buffers. */
  data(bytes: Uint8Array): void;
  end(): void;
  finish(): void;
}
