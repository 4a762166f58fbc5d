import type { AppId } from "../model/app_id.ts";
import { type ChannelDocument, formatChannel, parseChannel } from "../model/channel.ts";
import type { ReleaseDigest, Sha256 } from "../model/digest.ts";
import { EdgebootError } from "../model/errors.ts";
import { below, display, type Location } from "../model/location.ts";
import {
  type Kept,
  type Objects,
  type Outgoing,
  outgoingText,
  type Stored,
} from "../model/objects.ts";
import {
  formatIndex,
  INDEX_NAME,
  type IndexNews,
  mergeIndex,
  parseIndex,
  type ReleaseIndex,
} from "../model/release_index.ts";
import { pauseMs } from "./pause.ts";
import type { ChannelState, Publisher } from "./publisher.ts";
import { versionTaken } from "./version_taken.ts";

/** With jitter, so that of twenty who begin anew one is done each time, and all of them in the end. */
const MOST_ATTEMPTS = 100;

/** The layout of a static tree on whatever keeps it. */
export class StaticPublisher implements Publisher {
  readonly location: Location;

  constructor(
    private readonly objects: Objects,
    private readonly sleep: (ms: number) => Promise<void>,
  ) {
    this.location = objects.location;
  }

  get isAtomic(): boolean {
    return this.objects.isAtomic;
  }

  async begin(): Promise<Disposable> {
    return await this.objects.hold("writer");
  }

  async keepBlob(_app: AppId, digest: Sha256): Promise<Kept | undefined> {
    return await this.objects.keep(blobKey(digest));
  }

  async putBlob(_app: AppId, digest: Sha256, content: Outgoing): Promise<void> {
    await this.objects.put(blobKey(digest), content);
  }

  async putRelease(app: AppId, digest: ReleaseDigest, text: string): Promise<void> {
    const content = outgoingText(text);
    const kept = await this.keepBlob(app, digest);
    if (kept === undefined || kept.size !== content.size) await this.putBlob(app, digest, content);
    // The one document that is there, and never changes, before the first that must not be overwritten.
    await this.objects.learn(blobKey(digest), text);
  }

  async version(app: AppId, version: string): Promise<string | undefined> {
    return (await this.objects.read(refKey(app, version)))?.text;
  }

  async putVersion(app: AppId, version: string, text: string): Promise<boolean> {
    const key = refKey(app, version);
    const was = await this.objects.read(key);
    if (was === undefined && await this.objects.create(key, text)) return true;
    const there = was ?? await this.objects.read(key);
    if (there?.text === text) {
      await this.objects.keep(key);
      return false;
    }
    throw versionTaken(app, version, text, there?.text, this.#display(key));
  }

  async channel(app: AppId, channel: string): Promise<ChannelState> {
    const stored = await this.objects.read(refKey(app, channel));
    const where = this.#display(refKey(app, channel));
    const document = stored && parseChannel(stored.text, `channel ${where}`);
    return { document, text: stored?.text, token: stored };
  }

  async putChannel(document: ChannelDocument, was: ChannelState): Promise<boolean> {
    const key = refKey(document.app, document.channel);
    const text = formatChannel(document);
    const stored = was.token as Stored | undefined;
    return stored === undefined
      ? await this.objects.create(key, text)
      : await this.objects.replace(key, text, stored);
  }

  async index(app: AppId): Promise<ReleaseIndex | undefined> {
    const stored = await this.objects.read(refKey(app, INDEX_NAME));
    return stored && this.#parseIndex(app, stored.text);
  }

  /**
   *   A: read [1]            replace [1] by [2 1]
   *   B:          read [1]                         replace [1] → false, read [2 1], replace by [3 2 1]
   */
  async updateIndex(app: AppId, news: IndexNews): Promise<ReleaseIndex> {
    const key = refKey(app, INDEX_NAME);
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const was = await this.objects.read(key);
      const index = was === undefined
        ? { app, versions: [], channels: [] }
        : this.#parseIndex(app, was.text);
      const merged = mergeIndex(index, news);
      const text = formatIndex(merged);
      if (was?.text === text) return merged;
      const written = was === undefined
        ? await this.objects.create(key, text)
        : await this.objects.replace(key, text, was);
      if (written) return merged;
      await this.sleep(pauseMs(attempt));
    }
    throw busy(this.#display(key));
  }

  #parseIndex(app: AppId, text: string): ReleaseIndex {
    const where = this.#display(refKey(app, INDEX_NAME));
    const index = parseIndex(text, where);
    if (index.app === app) return index;
    throw new EdgebootError("RELEASE_INVALID", {
      what: `${where} is not the index of ${app}`,
      why: `it is that of ${index.app}`,
      next: "move it to its own place; `publish` writes a new one where there is none",
    }, { facts: { app, found: index.app } });
  }

  #display(key: string): string {
    return display(below(this.location, key));
  }
}

/** Where a static tree keeps a blob. */
export function blobKey(digest: Sha256): string {
  return `blobs/sha256/${digest}`;
}

/** Where it keeps what a channel or version stands for, and the index. */
export function refKey(app: AppId, name: string): string {
  return `apps/${app}/${name}.json`;
}

function busy(where: string): EdgebootError {
  return new EdgebootError("REGISTRY_BUSY", {
    what: `cannot write ${where}`,
    why: `in ${MOST_ATTEMPTS} attempts others were faster each time`,
    next: "try again when fewer publish at the same time",
  }, { facts: { url: where } });
}
