import type { EnvironmentFolder, EnvironmentRecipe } from "../../model/environment.ts";
import { FsError, type Hasher, type Host } from "../../host/ports.ts";
import type { CacheLayout } from "../layout.ts";
import type { LinkForm } from "./document.ts";

/** Lies in each environment beside its document; read by those who check it. */
export const RECORD_NAME = "edgeboot-record.json";

/** What an environment was when it was made: its recipe, with hashes in place of texts. */
export interface EnvironmentRecord {
  readonly key: string;
  readonly form: LinkForm;
  readonly apps: EnvironmentRecipe["apps"];
  readonly folders: readonly EnvironmentFolder[];
  readonly links: EnvironmentRecipe["links"];
  readonly made: readonly MadeRecord[];
}

export interface MadeRecord {
  readonly path: string;
  readonly mode: number;
  /** bytes */
  readonly size: number;
  /** lower-case hex */
  readonly sha256: string;
  /** What is added at its end is no damage. */
  readonly mayGrow?: boolean;
}

/**
 * Its text: one line of JSON, and one with the SHA-256 of the first, so that damage to the record is told
 * apart from damage to the environment.
 */
export function formatRecord(
  { key, apps, folders, links, made }: EnvironmentRecipe,
  form: LinkForm,
  newHash: () => Hasher,
): string {
  const hashed = made.map(({ path, content, mode, mayGrow }): MadeRecord => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const sha256 = hashOf(bytes, newHash());
    return { path, mode, size: bytes.length, sha256, ...mayGrow && { mayGrow } };
  });
  const record = { key, form, apps, folders, links, made: hashed } satisfies EnvironmentRecord;
  const line = JSON.stringify(record);
  return `${line}\n${hashOf(new TextEncoder().encode(line), newHash())}\n`;
}

/**
 * undefined where it is not what was written for this environment: byte for byte, where there is a hash to tell it
 * by, else as far as it is one at all.
 */
export function parseRecord(
  text: string,
  key: string,
  newHash?: () => Hasher,
): EnvironmentRecord | undefined {
  const end = text.indexOf("\n");
  const line = text.slice(0, end);
  const hash = newHash && hashOf(new TextEncoder().encode(line), newHash());
  if (end < 0 || hash !== undefined && text.slice(end + 1) !== `${hash}\n`) return undefined;
  try {
    const record = JSON.parse(line) as EnvironmentRecord;
    return record.key === key ? record : undefined;
  } catch {
    return undefined;
  }
}

/** "none": an earlier edgeboot made it. */
export function readEnvironmentRecord(
  key: string,
  layout: CacheLayout,
  { fs }: Pick<Host, "fs">,
  newHash?: () => Hasher,
): EnvironmentRecord | "none" | "damaged" {
  try {
    const text = fs.readText(`${layout.environment(key)}/${RECORD_NAME}`);
    return parseRecord(text, key, newHash) ?? "damaged";
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return error.errno === "ENOENT" ? "none" : "damaged";
  }
}

function hashOf(bytes: Uint8Array, hash: Hasher): string {
  hash.update(bytes);
  return hash.digestHex();
}
