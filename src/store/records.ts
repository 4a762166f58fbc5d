import type { AppId } from "../model/app_id.ts";
import { type Sha256, tryParseSha256 } from "../model/digest.ts";
import type { Location } from "../model/location.ts";
import type { Host } from "../host/ports.ts";
import type { CacheLayout } from "./layout.ts";

/** What a channel or version stood for when its layers were last all in place here. */
export interface RefRecord {
  readonly digest: Sha256;
  /** The registry's validator for the release document at that time. */
  readonly validator: string | undefined;
  /** milliseconds since the epoch: when the registry last confirmed it */
  readonly checkedAt: number;
}

export interface RefKey {
  readonly registry: Location;
  readonly app: AppId;
  readonly name: string;
}

type RecordsHost = Pick<Host, "fs" | "process">;

/**
 * Small documents beside the trees. They are hints or copies, never truth about a tree: reading
 * tolerates whatever it finds, and a cache that cannot be written is no reason not to start.
 */
export class Records {
  constructor(private readonly layout: CacheLayout, private readonly host: RecordsHost) {}

  /** The text of a release that was verified when it was written. */
  release(digest: Sha256): string | undefined {
    return this.#read(this.layout.release(digest));
  }

  saveRelease(digest: Sha256, text: string): void {
    // Compared, not only looked for: a copy that a bad disk has changed is replaced.
    if (this.release(digest) !== text) this.#write(this.layout.release(digest), text, true);
  }

  ref({ registry, app, name }: RefKey): RefRecord | undefined {
    const text = this.#read(this.layout.ref(registry, app, name));
    const json = parseObject(text);
    const digest = typeof json?.digest === "string" ? tryParseSha256(json.digest) : undefined;
    if (digest === undefined || json?.registry !== registry || json.name !== name) return undefined;
    return {
      digest,
      validator: typeof json.validator === "string" ? json.validator : undefined,
      checkedAt: typeof json.checkedAt === "number" ? json.checkedAt : 0,
    };
  }

  saveRef({ registry, app, name }: RefKey, record: RefRecord): void {
    this.#write(
      this.layout.ref(registry, app, name),
      JSON.stringify({ registry, app, name, ...record }),
      true,
    );
  }

  /** An interpreter's answer, as JSON, with the file it was given by. */
  python(path: string): string | undefined {
    return this.#read(this.layout.python(path));
  }

  savePython(path: string, text: string): void {
    this.#write(this.layout.python(path), text, false);
  }

  #read(path: string): string | undefined {
    try {
      return this.host.fs.readText(path);
    } catch {
      return undefined;
    }
  }

  /** Written aside and renamed, so that a reader sees the old text or the new one. */
  #write(path: string, text: string, durable: boolean): void {
    const { fs, process } = this.host;
    const aside = `${this.layout.works}/${process.randomId()}.json`;
    const directory = path.slice(0, path.lastIndexOf("/"));
    // As with trees: under another user's umask of 077 nobody else could start from this cache.
    const umask = process.umask(0o022);
    try {
      fs.makeDir(this.layout.works, { recursive: true });
      fs.makeDir(directory, { recursive: true });
      const file = fs.createFile(aside, 0o644);
      try {
        file.write(new TextEncoder().encode(text));
        if (durable) file.sync();
      } finally {
        file.close();
      }
      fs.rename(aside, path);
      if (durable) fs.syncDir(directory);
    } catch {
      // A hint less. The start itself does not depend on it.
      this.#removeQuietly(aside);
    } finally {
      process.umask(umask);
    }
  }

  #removeQuietly(path: string): void {
    try {
      this.host.fs.remove(path);
    } catch {
      // It was never made, or renamed already.
    }
  }
}

function parseObject(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null
      ? value as Record<string, unknown>
      : undefined;
  } catch {
    return undefined;
  }
}
