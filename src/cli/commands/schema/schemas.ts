import type { Command } from "../../command.ts";
import { record } from "../../json/shape.ts";
import { envelopeSchema } from "../../json/envelope.ts";

/** Those of documents and files; each is loaded when it is asked for. */
const FILES: Readonly<Record<string, () => Promise<object>>> = {
  release: async () => (await import("../../../model/release_schema.ts")).RELEASE_JSON_SCHEMA,
  channel: async () => (await import("../../../model/channel_schema.ts")).CHANNEL_JSON_SCHEMA,
  index: async () => (await import("../../../model/channel_schema.ts")).INDEX_JSON_SCHEMA,
  log: async () => (await import("../../schemas/log.ts")).LOG_JSON_SCHEMA,
  timings: async () => (await import("../../schemas/timings.ts")).TIMINGS_JSON_SCHEMA,
};

function recordsOf(commands: readonly Command[]) {
  return new Map(commands.flatMap(({ records = {} }) => Object.entries(records)));
}

/** What `edgeboot schema` knows, in the order of its messages. */
export function schemaNames(commands: readonly Command[]): string[] {
  return [...Object.keys(FILES), ...recordsOf(commands).keys(), "error"];
}

/** undefined where there is no schema of that name. */
export async function schemaOf(
  name: string,
  commands: readonly Command[],
): Promise<object | undefined> {
  if (Object.hasOwn(FILES, name)) return await FILES[name]!();
  if (name === "error") return envelopeSchema(name, ERROR_TITLE, record({}));
  const declared = await recordsOf(commands).get(name)?.();
  return declared && envelopeSchema(name, declared.title, declared.shape);
}

const ERROR_TITLE = "What is printed where a command line with --json names no record";
