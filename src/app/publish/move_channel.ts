import type { AppId } from "../../model/app_id.ts";
import type { ChannelDocument } from "../../model/channel.ts";
import { type ReleaseDigest, shortDigest, tryParseReleaseDigest } from "../../model/digest.ts";
import { EdgebootError } from "../../model/errors.ts";
import { isRefName } from "../../model/ref.ts";
import { parseRelease } from "../../model/release.ts";
import { INDEX_NAME } from "../../model/release_index.ts";
import type { ChannelState, Publisher } from "../../registry/publisher.ts";
import { pauseMs } from "../../registry/pause.ts";
import type { Context } from "../context.ts";

/** What moving a channel has to do with. */
export type Channels = Pick<Publisher, "channel" | "index" | "putChannel">;

/** With jitter, as everybody who publishes to the channel at this moment wants the same. */
const MOST_ATTEMPTS = 100;

export interface Move {
  readonly app: AppId;
  readonly channel: string;
  readonly version: string;
  readonly release: ReleaseDigest;
  /** The version or `sha256:…` that it must stand for now; undefined: whatever it is. */
  readonly expect?: string | undefined;
}

export interface Moved {
  readonly document: ChannelDocument;
  /** What it stood for; undefined: it is new. */
  readonly from: string | undefined;
  /** False: it stood for that release already. */
  readonly moved: boolean;
}

/**
 * Lets a channel stand for a release: by compare-and-swap, with a sequence above all that there were.
 * @throws EdgebootError CHANNEL_MOVED (65) where it does not stand for what was expected; REGISTRY_BUSY (75);
 * USAGE (64) where the channel is the name of a version
 */
export async function moveChannel(
  move: Move,
  publisher: Channels,
  { clock }: Pick<Context["host"], "clock">,
): Promise<Moved> {
  const { app, channel, version, release } = move;
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const was = await publisher.channel(app, channel);
    const from = versionOf(was, move);
    checkExpected(move, was, from);
    if (was.document?.release === release) return { document: was.document, from, moved: false };
    const document: ChannelDocument = {
      ...{ app, channel, version, release, sequence: await lastSequence(was, move, publisher) + 1 },
      ...{ published: new Date(clock.now()).toISOString(), expires: undefined },
    };
    if (await publisher.putChannel(document, was)) return { document, from, moved: true };
    await clock.sleep(pauseMs(attempt));
  }
  throw new EdgebootError("REGISTRY_BUSY", {
    what: `cannot move ${app}@${channel}`,
    why: `in ${MOST_ATTEMPTS} attempts others were faster each time`,
    next: "try again when fewer publish at the same time",
  }, { facts: { app, channel } });
}

/** @throws EdgebootError USAGE (64) */
export function checkChannelName(channel: string, command: string): void {
  if (isRefName(channel) && channel !== INDEX_NAME) return;
  throw new EdgebootError("USAGE", {
    what: `not a channel: ${JSON.stringify(channel)}`,
    why: channel === INDEX_NAME
      ? "`index` is the name of the list of versions"
      : "a channel has 1 to 128 of A-Z a-z 0-9 . _ + -, and no '..'",
    next: `name another: edgeboot ${command} --channel stable`,
  }, { facts: { channel } });
}

/** Where somebody has removed the document, the index still knows how far it was. */
async function lastSequence(
  { document }: ChannelState,
  { app, channel }: Move,
  publisher: Channels,
): Promise<number> {
  if (document !== undefined) return document.sequence;
  const index = await publisher.index(app);
  return index?.channels.find((each) => each.channel === channel)?.sequence ?? 0;
}

/** What a channel stands for, by a document or by the release that a person has put there. */
function versionOf({ document, text }: ChannelState, { app, channel }: Move): string | undefined {
  if (document !== undefined || text === undefined) return document?.version;
  const { version } = parseRelease(text, `release ${app}@${channel}`);
  if (version !== channel) return version;
  throw new EdgebootError("USAGE", {
    what: `${channel} is a version of ${app}, and no channel`,
    why: "a version never stands for anything else",
    next: "give the channel another name",
  }, { facts: { app, channel } });
}

function checkExpected(
  { app, channel, expect, release }: Move,
  { document }: ChannelState,
  version: string | undefined,
): void {
  // What is wanted holds already: another attempt of the same command is no conflict.
  if (expect === undefined || document?.release === release) return;
  const digest = tryParseReleaseDigest(expect);
  const holds = digest === undefined ? version === expect : document?.release === digest;
  if (holds) return;
  const now = version === undefined
    ? "it stands for nothing yet"
    : `it stands for ${version}${document ? ` (${shortDigest(document.release)})` : ""} now`;
  throw new EdgebootError("CHANNEL_MOVED", {
    what: `${app}@${channel} is not moved`,
    why: `it was expected to stand for ${expect}, and ${now}`,
    next: "look at what others have published (`edgeboot releases`), then decide again",
  }, { facts: { app, channel, expected: expect, found: version } });
}
