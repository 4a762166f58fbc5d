import type { Moved } from "../../../app/publish/move_channel.ts";
import { shortDigest } from "../../../model/digest.ts";
import { digestText } from "../../json/words.ts";
import type { Logger } from "../../logger.ts";

/** A line on what a channel stands for now. */
export function tellChannel({ document, from, moved }: Moved, logger: Logger): void {
  const { app, channel, version, release, sequence } = document;
  const was = from === undefined ? "" : `, was ${from}`;
  const text = moved
    ? `${app}@${channel}: ${version} (${shortDigest(release)}), sequence ${sequence}${was}`
    : `${app}@${channel}: stands for ${version} (${shortDigest(release)}) already`;
  const facts = { channel, version, digest: digestText(release), sequence, moved };
  logger.log("info", "promoted", text, facts);
}
