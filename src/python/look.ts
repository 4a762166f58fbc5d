/**
 * What this room may be shown of a directory: names, texts, first bytes. The file system port satisfies
 * it, and so does a listing that somebody has made before. What an implementation throws passes through.
 */
export interface Look {
  /** Links followed; undefined where nothing exists. */
  stat(path: string): { readonly kind: string; readonly size: number } | undefined;
  readDir(path: string): readonly { readonly name: string; readonly kind: string }[];
  readText(path: string): string;
  openRead(path: string): Readable;
}

export interface Readable {
  /** Bytes read into `into`, or null at the end. */
  read(into: Uint8Array): number | null;
  close(): void;
}
