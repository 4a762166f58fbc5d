import { type LayerDigest, tryParseLayerDigest } from "../../model/digest.ts";
import type { EnvironmentRecipe } from "../../model/environment.ts";

/** Lies in each environment, for those who look after the cache. */
export const DOCUMENT_NAME = "edgeboot.json";

export interface EnvironmentDocument {
  /** Without their trees it is of no use. */
  readonly layers: readonly LayerDigest[];
  readonly interpreter: string;
  /** What stands for a tree's file: another name of it, or a path to it. */
  readonly links: LinkForm;
}

export type LinkForm = "hard" | "symbolic";

/** Its text. */
export function formatDocument(recipe: EnvironmentRecipe, links: LinkForm): string {
  const { layers, interpreter } = recipe;
  return `${JSON.stringify({ layers, interpreter, links } satisfies EnvironmentDocument)}\n`;
}

/** undefined where it is not what was written. */
export function parseDocument(text: string): EnvironmentDocument | undefined {
  try {
    const { layers, interpreter, links } = JSON.parse(text);
    const digests = (layers as string[]).map(tryParseLayerDigest);
    if (digests.includes(undefined) || typeof interpreter !== "string") return undefined;
    if (links !== "hard" && links !== "symbolic") return undefined;
    return { layers: digests as LayerDigest[], interpreter, links };
  } catch {
    return undefined;
  }
}
