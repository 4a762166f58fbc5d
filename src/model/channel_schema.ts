const NAME = {
  type: "string",
  pattern: "^(?!.*\\.\\.)[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}$",
} as const;
const APP = {
  description: "app ID; no '..'",
  type: "string",
  pattern: "^(?!.*\\.\\.)[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$",
} as const;
const DIGEST = {
  description: "of the release document",
  type: "string",
  pattern: "^sha256:[0-9a-fA-F]{64}$",
} as const;
const SEQUENCE = {
  description: "grows with every change of the channel",
  type: "integer",
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
} as const;
const PUBLISHED = { description: "RFC 3339 date and time; for people", type: "string" } as const;

/** JSON Schema (2020-12) of a channel document; a test holds it to what {@link parseChannel} does. */
export const CHANNEL_JSON_SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "edgeboot channel document, version 1",
  description:
    "What a channel of a registry stands for: apps/<app>/<channel>.json, as `publish` and " +
    "`promote` write it. Unknown fields are ignored.",
  type: "object",
  required: ["schema", "app", "channel", "version", "release", "sequence"],
  properties: {
    schema: { const: "edgeboot.channel/v1" },
    app: APP,
    channel: NAME,
    version: NAME,
    release: DIGEST,
    sequence: SEQUENCE,
    published: PUBLISHED,
    expires: { description: "RFC 3339 date and time; not looked at yet", type: "string" },
  },
};

/** JSON Schema (2020-12) of `apps/<app>/index.json`; a test holds it to what {@link parseIndex} does. */
export const INDEX_JSON_SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "edgeboot index of releases, version 1",
  description:
    "The versions and channels of an app, newest first: apps/<app>/index.json, as `publish` " +
    "keeps it. Unknown fields are ignored.",
  type: "object",
  required: ["schema", "app", "versions", "channels"],
  properties: {
    schema: { const: "edgeboot.index/v1" },
    app: APP,
    versions: {
      type: "array",
      items: {
        type: "object",
        required: ["version", "release"],
        properties: {
          version: NAME,
          release: DIGEST,
          published: PUBLISHED,
          size: { ...SEQUENCE, description: "of its layers, each once; bytes" },
        },
      },
    },
    channels: {
      type: "array",
      items: {
        type: "object",
        required: ["channel", "version", "release", "sequence"],
        properties: {
          channel: NAME,
          version: NAME,
          release: DIGEST,
          sequence: SEQUENCE,
          published: PUBLISHED,
        },
      },
    },
  },
};
