import type { ByteSource } from "./bytes.ts";

/**
 * What the loader could see of a machine. Nothing here fails: what cannot be read counts as absent, just as
 * the loader goes on to the next directory.
 */
export interface Look {
  /** Links followed. */
  kindOf(path: string): string | undefined;
  /** Empty where there is no directory, or none that can be read. */
  readDir(path: string): readonly { readonly name: string; readonly kind: string }[];
  readBytes(path: string): Uint8Array | undefined;
  /** To be closed by whoever opened it. */
  open(path: string): OpenedFile | undefined;
  /** Every link resolved; the path as it is where that cannot be done. */
  realPath(path: string): string;
}

export interface OpenedFile extends ByteSource {
  close(): void;
}
