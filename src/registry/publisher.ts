import type { AppId } from "../model/app_id.ts";
import type { ChannelDocument } from "../model/channel.ts";
import type { ReleaseDigest, Sha256 } from "../model/digest.ts";
import type { Location } from "../model/location.ts";
import type { Kept, Outgoing } from "../model/objects.ts";
import type { IndexNews, ReleaseIndex } from "../model/release_index.ts";

/**
 * A registry that can be written. Implementations promise: each call is done as a whole or not at all, whoever
 * else writes at the same time; what is written is seen by readers at once; nothing is ever replaced but channels
 * and indexes.
 *
 * @throws EdgebootError of {@link Objects}; VERSION_TAKEN, RELEASE_INVALID (65); REGISTRY_BUSY (75)
 */
export interface Publisher {
  /** For messages, without credentials and query. */
  readonly location: Location;
  /** Keeps collectors out for as long as something is published that names what is there. */
  begin(): Promise<Disposable>;
  /** What is there of a blob; it will not be collected before something can name it. */
  keepBlob(app: AppId, digest: Sha256): Promise<Kept | undefined>;
  putBlob(app: AppId, digest: Sha256, content: Outgoing): Promise<void>;
  /** The text of the release, under its digest: what channels name. */
  putRelease(app: AppId, digest: ReleaseDigest, text: string): Promise<void>;
  /** The text that stands under a version; undefined where it is free. */
  version(app: AppId, version: string): Promise<string | undefined>;
  /** False: it is there already, as it should be, and counts as new for collectors. @throws EdgebootError VERSION_TAKEN (65) */
  putVersion(app: AppId, version: string, text: string): Promise<boolean>;
  channel(app: AppId, channel: string): Promise<ChannelState>;
  /** False: the channel is not any more what it was when the state was read. */
  putChannel(document: ChannelDocument, was: ChannelState): Promise<boolean>;
  /** undefined where nobody has published with an index yet. */
  index(app: AppId): Promise<ReleaseIndex | undefined>;
  /** Adds to the index what somebody knows, and loses nothing of what others add. */
  updateIndex(app: AppId, news: IndexNews): Promise<ReleaseIndex>;
  /** Whether it is certain that no writer overwrites another; false: unlikely. */
  readonly isAtomic: boolean;
}

/** A channel, as it was read: what {@link Publisher.putChannel} replaces. */
export interface ChannelState {
  /** undefined where there is none, or a release that a person has put there */
  readonly document: ChannelDocument | undefined;
  /** what lies there; undefined: nothing */
  readonly text: string | undefined;
  /** For the implementation alone. */
  readonly token: unknown;
}
