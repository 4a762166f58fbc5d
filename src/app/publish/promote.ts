import type { AppRef } from "../../model/ref.ts";
import type { Context } from "../context.ts";
import { openPublisher } from "../open_publisher.ts";
import { moveChannel, type Moved } from "./move_channel.ts";
import { checkVersionName, statedSize } from "./document.ts";
import { indexed, unwritten } from "./publish.ts";
import { type Document, readDocument } from "./source.ts";

export interface PromoteRequest {
  /** A version, another channel, or a digest. */
  readonly appRef: AppRef;
  readonly channel: string;
  /** What the channel must stand for now; undefined: whatever it is. */
  readonly expect: string | undefined;
  readonly dryRun: boolean;
}

export interface Promoted extends Moved {
  readonly promoted: Document;
}

/**
 * `edgeboot promote`: lets a channel stand for a release that the registry has. An earlier one is a rollback, for
 * everybody who follows the channel.
 * @throws EdgebootError CHANNEL_MOVED (65), REF_UNKNOWN (78), REGISTRY_BUSY (75)
 */
export async function promote(request: PromoteRequest, context: Context): Promise<Promoted> {
  const { appRef, channel, expect, dryRun } = request;
  const { host } = context;
  const { app } = appRef;
  const promoted = await readDocument(appRef, context.registry(), context);
  const { digest: release, release: { version }, text } = promoted;
  checkVersionName(promoted.release);
  const publisher = openPublisher(context);
  const move = { app, channel, version, release, expect };
  if (dryRun) return { ...await moveChannel(move, unwritten(publisher), host), promoted };
  using _writer = await publisher.begin();
  // What a person has put there may lie under its version alone.
  await publisher.putRelease(app, release, text);
  await publisher.putVersion(app, version, text);
  const moved = await moveChannel(move, publisher, host);
  const size = statedSize(promoted.release);
  await publisher.updateIndex(app, {
    version: { version, release, published: promoted.release.created, size },
    channel: indexed(moved),
  });
  return { ...moved, promoted };
}
