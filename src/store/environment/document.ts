import { type LayerDigest, tryParseLayerDigest } from "../../model/digest.ts";
import { type Errno, type FileSystem, FsError } from "../../host/ports.ts";
import type { CacheLayout } from "../layout.ts";
import { DAMAGED_NAME, DOCUMENT_NAME, MOST_DOCUMENT_BYTES } from "./whole.ts";
import type { BytecodeUnit, EnvironmentRecipe } from "../../model/environment.ts";

type Reading = Pick<FileSystem, "readText">;

export interface EnvironmentDocument {
  /** Without their trees it is of no use. */
  readonly layers: readonly LayerDigest[];
  readonly interpreter: string;
  /** What stands for a tree's file: another name of it, or a path to it. */
  readonly links: LinkForm;
  /** What of the bytecode of its layers it leads to. */
  readonly bytecode: readonly BytecodeUnit[];
}

export type LinkForm = "hard" | "symbolic";

/** Its text. */
export function formatDocument(recipe: EnvironmentRecipe, links: LinkForm): string {
  const { layers, interpreter } = recipe;
  const bytecode = unitsOf(recipe);
  const document = { layers, interpreter, links, bytecode } satisfies EnvironmentDocument;
  return `${JSON.stringify(document)}\n`;
}

function unitsOf({ folders }: Pick<EnvironmentRecipe, "folders">): BytecodeUnit[] {
  const units = folders.flatMap(({ bytecode }) => bytecode?.parts.map(({ unit }) => unit) ?? []);
  return [...new Map(units.map((unit) => [`${unit.layer}/${unit.root}`, unit])).values()];
}

/** undefined where it is not what was written. */
function parseDocument(text: string): EnvironmentDocument | undefined {
  try {
    const { layers, interpreter, links, bytecode = [] } = JSON.parse(text);
    const digests = (layers as string[]).map(tryParseLayerDigest);
    if (digests.includes(undefined) || typeof interpreter !== "string") return undefined;
    if (links !== "hard" && links !== "symbolic") return undefined;
    const units = (bytecode as BytecodeUnit[]).map(({ layer, root }) => ({
      layer: tryParseLayerDigest(layer)!,
      root: String(root),
    }));
    if (units.some(({ layer }) => layer === undefined)) return undefined;
    return { layers: digests as LayerDigest[], interpreter, links, bytecode: units };
  } catch {
    return undefined;
  }
}

/** What an environment says of itself, whole or damaged. @throws FsError where it cannot be seen */
export function documentOf(
  key: string,
  layout: CacheLayout,
  fs: Reading,
): EnvironmentDocument | undefined {
  const path = layout.environment(key);
  return readDocument(`${path}/${DOCUMENT_NAME}`, fs) ??
    readDocument(`${path}/${DAMAGED_NAME}`, fs);
}

/** Taken away meanwhile; or something else is in its place, or more than anybody has written. */
const NO_DOCUMENT: ReadonlySet<Errno> = new Set(["ENOENT", "EISDIR", "OTHER"]);

function readDocument(path: string, fs: Reading): EnvironmentDocument | undefined {
  try {
    return parseDocument(fs.readText(path, MOST_DOCUMENT_BYTES));
  } catch (error) {
    if (error instanceof FsError && NO_DOCUMENT.has(error.errno)) return undefined;
    throw error;
  }
}
