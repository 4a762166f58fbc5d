import type { Command } from "../command.ts";
import { unknownName } from "../suggest.ts";
import type { Block } from "./blocks.ts";
import {
  briefBlocks,
  briefOverview,
  commandBlocks,
  overviewBlocks,
  TOPIC_NAMES,
  topicBlocks,
} from "./documents.ts";
import { renderText } from "./render_text.ts";

/** The text of a command's or a topic's help; without a name the overview. */
export async function helpText(commands: readonly Command[], name?: string): Promise<string> {
  return renderText(await blocksOf(commands, name));
}

/** What `-h` prints: synopsis and main options; without a name the commands. */
export function shortHelp(commands: readonly Command[], name?: string): string {
  const command = commands.find((command) => command.name === name);
  return renderText(command === undefined ? briefOverview(commands) : briefBlocks(command));
}

async function blocksOf(
  commands: readonly Command[],
  name: string | undefined,
): Promise<Block[]> {
  if (name === undefined || name === "help") return overviewBlocks(commands);
  const command = commands.find((spec) => spec.name === name);
  // `edgeboot help cache` is about the command and about what it commands.
  const topic = await topicBlocks(name);
  if (command === undefined && topic !== undefined) return topic;
  if (command !== undefined) {
    const more: Block[] = topic === undefined ? [] : [{ kind: "heading", text: "More:" }, ...topic];
    return [...commandBlocks(command), ...more];
  }
  const known = new Set([...commands.map((spec) => spec.name), ...TOPIC_NAMES]);
  throw await unknownName("help topic", name, [...known], "");
}
