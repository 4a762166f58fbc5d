import { type AppId, tryParseAppId } from "../model/app_id.ts";
import { type Sha256, tryParseSha256 } from "../model/digest.ts";
import { below, display, type Location } from "../model/location.ts";
import type { Contents, Objects } from "../model/objects.ts";
import { blobKey, refKey } from "./static_publisher.ts";

/** What a registry has, where that can be listed. */
export interface Catalogue {
  /** For messages, without credentials and query. */
  readonly location: Location;
  /** Keeps publishers out until it is disposed of. */
  begin(): Promise<Disposable>;
  /** All documents: of channels, versions and indexes. */
  documents(): Promise<readonly CatalogueDocument[]>;
  /** The text of a blob that should be a release; undefined: it is not there. */
  release(digest: Sha256): Promise<string | undefined>;
  blobs(): AsyncIterable<CatalogueBlob>;
  /** What was left of writes that never ended. */
  leftovers(): AsyncIterable<Leftover>;
  removeVersion(app: AppId, version: string): Promise<void>;
  removeBlob(digest: Sha256): Promise<void>;
  removeLeftover(leftover: Leftover): Promise<void>;
}

export interface CatalogueDocument {
  readonly app: AppId;
  /** `stable`, `1.4.2`, `index` */
  readonly name: string;
  readonly text: string;
  /** milliseconds since the epoch */
  readonly modifiedMs: number;
  /** for messages */
  readonly where: string;
}

export interface CatalogueBlob {
  readonly digest: Sha256;
  readonly bytes: number;
  /** when it was written, or last counted on by a publisher; milliseconds since the epoch */
  readonly modifiedMs: number;
}

export interface Leftover {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

const DOCUMENT = /^apps\/([^/]+)\/([^/.][^/]*)\.json$/;
const BLOB = /^blobs\/sha256\/([0-9a-f]{64})$/;
/** As `DirectoryObjects` calls what it is writing. */
const UNFINISHED = /^(?:apps\/[^/]+|blobs\/sha256)\/\.upload-[0-9a-f]+$/;

/** Of a static tree. What lies in it besides, and is none of ours, is not looked at. */
export class StaticCatalogue implements Catalogue {
  readonly location: Location;

  constructor(private readonly objects: Objects, private readonly contents: Contents) {
    this.location = objects.location;
  }

  async begin(): Promise<Disposable> {
    return await this.objects.hold("collector");
  }

  async documents(): Promise<CatalogueDocument[]> {
    const found: CatalogueDocument[] = [];
    for await (const { key, modifiedMs } of this.contents.list("apps/")) {
      const [, directory, name] = DOCUMENT.exec(key) ?? [];
      const app = directory === undefined ? undefined : tryParseAppId(directory);
      const stored = app === undefined ? undefined : await this.objects.read(key);
      if (app === undefined || stored === undefined) continue;
      const where = display(below(this.location, key));
      found.push({ app, name: name!, text: stored.text, modifiedMs, where });
    }
    return found;
  }

  async release(digest: Sha256): Promise<string | undefined> {
    return (await this.objects.read(blobKey(digest)))?.text;
  }

  async *blobs(): AsyncGenerator<CatalogueBlob> {
    for await (const { key, size: bytes, modifiedMs } of this.contents.list("blobs/sha256/")) {
      const digest = tryParseSha256(BLOB.exec(key)?.[1] ?? "");
      if (digest !== undefined) yield { digest, bytes, modifiedMs };
    }
  }

  async *leftovers(): AsyncGenerator<Leftover> {
    for (const prefix of ["apps/", "blobs/sha256/"]) {
      for await (const { key, size: bytes, modifiedMs } of this.contents.list(prefix)) {
        if (UNFINISHED.test(key)) yield { key, bytes, modifiedMs };
      }
    }
  }

  async removeVersion(app: AppId, version: string): Promise<void> {
    await this.contents.remove(refKey(app, version));
  }

  async removeBlob(digest: Sha256): Promise<void> {
    await this.contents.remove(blobKey(digest));
  }

  async removeLeftover({ key }: Leftover): Promise<void> {
    await this.contents.remove(key);
  }
}
