import { assert, assertEquals, assertThrows } from "@std/assert";
import Ajv from "ajv";
import fc from "fast-check";
import { parseAppId } from "../../src/model/app_id.ts";
import { INDEX_JSON_SCHEMA } from "../../src/model/channel_schema.ts";
import { parseReleaseDigest } from "../../src/model/digest.ts";
import { EdgebootError } from "../../src/model/errors.ts";
import {
  formatIndex,
  type IndexedChannel,
  type IndexedVersion,
  mergeIndex,
  parseIndex,
  type ReleaseIndex,
} from "../../src/model/release_index.ts";

const RELEASE = parseReleaseDigest("0123456789abcdef".repeat(4));
const EMPTY: ReleaseIndex = { app: parseAppId("hello"), versions: [], channels: [] };

function version(name: string, minute: number): IndexedVersion {
  const published = new Date(minute * 60_000).toISOString();
  return { version: name, release: RELEASE, published, size: 10 };
}

function channel(name: string, sequence: number): IndexedChannel {
  const published = new Date(sequence * 60_000).toISOString();
  return { channel: name, version: `${sequence}`, release: RELEASE, sequence, published };
}

const isValid = new (Ajv as unknown as new (options: object) => {
  compile(schema: unknown): (value: unknown) => boolean;
})({ strict: true }).compile(INDEX_JSON_SCHEMA);

Deno.test("formatIndex writes what parseIndex and the schema accept", () => {
  const index = {
    ...EMPTY,
    versions: [version("2", 2), { ...version("1", 1), published: undefined, size: undefined }],
    channels: [channel("stable", 3)],
  };
  const text = formatIndex(index);
  assertEquals(parseIndex(text, "x"), index);
  assert(isValid(JSON.parse(text)));
});

Deno.test("parseIndex refuses another schema with its name", () => {
  const error = assertThrows(() => parseIndex('{"schema":"x"}', "it"), EdgebootError);
  assertEquals(error.text.what, "it is not a valid index of releases");
});

Deno.test("mergeIndex keeps a version as it was published first", () => {
  const first = mergeIndex(EMPTY, { version: version("1", 1) });
  assertEquals(mergeIndex(first, { version: version("1", 9) }), first);
});

Deno.test("mergeIndex lets the higher sequence of a channel count, whoever comes last", () => {
  const newer = mergeIndex(EMPTY, { channel: channel("stable", 5) });
  assertEquals(mergeIndex(newer, { channel: channel("stable", 4) }), newer);
  const next = mergeIndex(newer, { channel: channel("stable", 6) });
  assertEquals(next.channels.map(({ sequence }) => sequence), [6]);
});

Deno.test("mergeIndex takes out what is removed, and nothing else", () => {
  const two = mergeIndex(mergeIndex(EMPTY, { version: version("1", 1) }), {
    version: version("2", 2),
  });
  const left = mergeIndex(two, { removed: new Set(["1", "x"]) });
  assertEquals(left.versions.map(({ version }) => version), ["2"]);
});

Deno.test("mergeIndex comes to the same index, newest first, in whatever order publishers merge", () => {
  const news = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 8 });
  fc.assert(fc.property(
    news.chain((minutes) =>
      fc.tuple(
        fc.constant(minutes),
        fc.shuffledSubarray(minutes, {
          minLength: minutes.length,
        }),
      )
    ),
    ([one, other]) => {
      const merge = (minutes: readonly number[]) =>
        minutes.reduce(
          (index, minute) =>
            mergeIndex(index, {
              version: version(`v${minute}`, minute),
              channel: channel("stable", minute),
            }),
          EMPTY,
        );
      const merged = merge(one);
      assertEquals(merge(other), merged);
      const times = merged.versions.map(({ published }) => Date.parse(published!));
      assertEquals(times, [...times].sort((a, b) => b - a));
      assertEquals(merged.channels[0]!.sequence, Math.max(...one));
    },
  ));
});
