import type { OpenFile } from "../../host/ports.ts";

/** An open file in memory; `onWrite` gets all that it then holds. */
export class DryFile implements OpenFile {
  #at = 0;

  constructor(
    private bytes: Uint8Array,
    private readonly onWrite: (bytes: Uint8Array) => void = () => {},
  ) {}

  read(into: Uint8Array): number | null {
    const piece = this.bytes.subarray(this.#at, this.#at + into.length);
    into.set(piece);
    this.#at += piece.length;
    return piece.length || null;
  }

  seek(offset: number): void {
    this.#at = offset;
  }

  write(bytes: Uint8Array): void {
    const longer = new Uint8Array(this.bytes.length + bytes.length);
    longer.set(this.bytes);
    longer.set(bytes, this.bytes.length);
    this.bytes = longer;
    this.onWrite(longer);
  }

  size(): number {
    return this.bytes.length;
  }

  sync(): void {}

  setModified(): void {}

  close(): void {}
}
