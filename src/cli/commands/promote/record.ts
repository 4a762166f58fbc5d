import type { Promoted } from "../../../app/publish/promote.ts";
import type { RecordDeclaration } from "../../command.ts";
import { type Described, digest, record, text, yes } from "../../json/shape.ts";
import { digestText } from "../../json/words.ts";
import { CHANNEL, channelRecord } from "../publish/record.ts";

export const RESULT = record({
  ...{ app: text, version: text, digest },
  channel: CHANNEL,
  dry_run: yes,
});

export const PROMOTED: RecordDeclaration = {
  title: "A channel that was moved, or with --dry-run would be",
  shape: RESULT,
};

/** What `promote` has done, for machines. */
export function promotedRecord(promoted: Promoted, dryRun: boolean): Described<typeof RESULT> {
  const { app, version, release } = promoted.document;
  return {
    ...{ app, version, digest: digestText(release) },
    channel: channelRecord(promoted),
    dry_run: dryRun,
  };
}
