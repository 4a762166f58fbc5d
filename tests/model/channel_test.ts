import { assert, assertEquals, assertThrows } from "@std/assert";
import Ajv from "ajv";
import fc from "fast-check";
import { parseAppId } from "../../src/model/app_id.ts";
import { type ChannelDocument, formatChannel, parseChannel } from "../../src/model/channel.ts";
import { CHANNEL_JSON_SCHEMA } from "../../src/model/channel_schema.ts";
import { parseReleaseDigest } from "../../src/model/digest.ts";
import { EdgebootError } from "../../src/model/errors.ts";

const HEX = "0123456789abcdef".repeat(4);

function document(): Record<string, unknown> {
  return {
    schema: "edgeboot.channel/v1",
    app: "billing-api",
    channel: "stable",
    version: "1.4.2+local.1",
    release: `sha256:${HEX}`,
    sequence: 17,
    published: "2026-11-28T12:00:00Z",
  };
}

const isValid = new (Ajv as unknown as new (options: object) => {
  compile(schema: unknown): (value: unknown) => boolean;
})({ strict: true }).compile(CHANNEL_JSON_SCHEMA);

Deno.test("parseChannel reads what is named, and what is not known is ignored", () => {
  const text = JSON.stringify({ ...document(), expires: "2027-01-01T00:00:00Z", signature: {} });
  const channel = parseChannel(text, "x")!;
  assertEquals(channel.release as string, HEX);
  assertEquals([channel.version, channel.sequence], ["1.4.2+local.1", 17]);
  assertEquals(channel.expires, "2027-01-01T00:00:00Z");
  assert(isValid(JSON.parse(text)));
});

const OTHERS = [
  "",
  "[]",
  "null",
  "{",
  '"edgeboot.channel/v1"',
  '{"schema":"edgeboot.release/v1","env":{"set":{"A":"edgeboot.channel/v1"}}}',
  '{"note":"edgeboot.channel/v1"}',
];
for (const text of OTHERS) {
  Deno.test(`parseChannel leaves what is no channel document: ${text}`, () => {
    assertEquals(parseChannel(text, "x"), undefined);
  });
}

/** The field, what it is made, undefined: taken away. */
const FAULTS: readonly (readonly [string, unknown])[] = [
  ["schema", "edgeboot.channel/v2"],
  ["app", undefined],
  ["app", "Billing"],
  ["channel", undefined],
  ["channel", "a/b"],
  ["version", "../1"],
  ["version", ""],
  ["version", 1],
  ["release", HEX],
  ["release", "sha256:abc"],
  ["release", undefined],
  ["sequence", undefined],
  ["sequence", "17"],
  ["sequence", -1],
  ["sequence", 1.5],
  ["sequence", 2 ** 53],
  ["published", 1],
  ["expires", null],
];
for (const [field, value] of FAULTS) {
  const shown = value === undefined ? "missing" : JSON.stringify(value);
  Deno.test(`parseChannel refuses, as the schema does, when ${field} is ${shown}`, () => {
    const faulty = document();
    if (value === undefined) delete faulty[field];
    else faulty[field] = value;
    const error = assertThrows(() => parseChannel(JSON.stringify(faulty), "it"), EdgebootError);
    assertEquals([error.code, error.facts.json_path], ["RELEASE_INVALID", field]);
    assert(error.text.what === "it is not a valid channel document", error.text.what);
    assertEquals(isValid(faulty), false);
  });
}

Deno.test("formatChannel writes what parseChannel reads", () => {
  const name = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_+-]{0,20}$/);
  const time = fc.option(fc.string(), { nil: undefined });
  fc.assert(fc.property(
    fc.record({
      app: fc.constant(parseAppId("billing-api")),
      channel: name,
      version: name,
      release: fc.constant(parseReleaseDigest(HEX)),
      sequence: fc.maxSafeNat(),
      published: time,
      expires: time,
    }),
    (channel: ChannelDocument) => {
      assertEquals(parseChannel(formatChannel(channel), "x"), channel);
    },
  ));
});
