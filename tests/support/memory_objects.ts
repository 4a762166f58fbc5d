import { parseLocation } from "../../src/model/location.ts";
import { join } from "./bytes.ts";
import type { Contents, Kept, Listed, Objects, Outgoing, Stored } from "../../src/model/objects.ts";

/** What is promised of {@link Objects}, in a map: what others are compared with. */
export class MemoryObjects implements Objects {
  readonly location = parseLocation("https://memory/registry", "memory").location;
  readonly isAtomic = true;
  readonly stored = new Map<string, { bytes: Uint8Array; modifiedMs: number }>();
  readonly contents: Contents;

  constructor(private readonly now: () => number = Date.now) {
    this.contents = {
      list: (prefix) => this.#list(prefix),
      remove: (key) => Promise.resolve(void this.stored.delete(key)),
    };
  }

  read(key: string): Promise<Stored | undefined> {
    const found = this.stored.get(key);
    const text = found && new TextDecoder().decode(found.bytes);
    return Promise.resolve(text === undefined ? undefined : { text, etag: undefined });
  }

  keep(key: string): Promise<Kept | undefined> {
    const found = this.stored.get(key);
    if (found !== undefined) found.modifiedMs = this.now();
    return Promise.resolve(found && { size: found.bytes.length });
  }

  async put(key: string, content: Outgoing): Promise<void> {
    const parts: Uint8Array[] = [];
    for await (const chunk of content.chunks()) parts.push(chunk.slice());
    this.#set(key, join(parts));
  }

  create(key: string, text: string): Promise<boolean> {
    if (this.stored.has(key)) return Promise.resolve(false);
    this.#set(key, new TextEncoder().encode(text));
    return Promise.resolve(true);
  }

  replace(key: string, text: string, was: Stored): Promise<boolean> {
    const there = this.stored.get(key);
    const same = there !== undefined && new TextDecoder().decode(there.bytes) === was.text;
    if (same) this.#set(key, new TextEncoder().encode(text));
    return Promise.resolve(same);
  }

  learn(): Promise<void> {
    return Promise.resolve();
  }

  hold(): Promise<Disposable> {
    return Promise.resolve({ [Symbol.dispose]: () => {} });
  }

  #set(key: string, bytes: Uint8Array): void {
    this.stored.set(key, { bytes, modifiedMs: this.now() });
  }

  async *#list(prefix: string): AsyncGenerator<Listed> {
    for (const [key, { bytes, modifiedMs }] of [...this.stored]) {
      if (key.startsWith(prefix)) yield { key, size: bytes.length, modifiedMs };
    }
  }
}
