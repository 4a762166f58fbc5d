import { COMMANDS } from "../commands.ts";
import { unknownName } from "../suggest.ts";
import type { Block } from "./blocks.ts";
import { commandBlocks, overviewBlocks, TOPIC_NAMES, topicBlocks } from "./documents.ts";
import { renderText } from "./render_text.ts";

/** The text of a command's or a topic's help; without a name the overview. */
export async function helpText(name?: string): Promise<string> {
  return renderText(await blocksOf(name));
}

async function blocksOf(name: string | undefined): Promise<Block[]> {
  if (name === undefined || name === "help") return overviewBlocks();
  const command = COMMANDS.find((spec) => spec.name === name);
  // `edgeboot help cache` is about the command and about what it commands.
  const topic = await topicBlocks(name);
  if (command === undefined && topic !== undefined) return topic;
  if (command !== undefined) {
    const more: Block[] = topic === undefined ? [] : [{ kind: "heading", text: "More:" }, ...topic];
    return [...commandBlocks(command), ...more];
  }
  const known = new Set([...COMMANDS.map((spec) => spec.name), ...TOPIC_NAMES]);
  throw await unknownName("help topic", name, [...known], "");
}
