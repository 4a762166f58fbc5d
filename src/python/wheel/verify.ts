import { parseRecord, recordHash, type RecordRow } from "./record.ts";
import type { WheelSource } from "./recipe.ts";
import { invalidWheel } from "./refusal.ts";

/** The specification forbids what is weaker, and hashlib's guaranteed algorithms have these. */
const STRONG = /^(?:sha256|sha384|sha512|sha3_\d+|blake2[bs]|shake_\d+)=/;
/** Signatures were never used, and are deprecated: nobody may rely on them. */
const SIGNATURES = ["RECORD.jws", "RECORD.p7s"];

/**
 * Holds the RECORD against the files that are there.
 *
 * A file that it does not mention is installed with a warning, as other installers do: the digest of the
 * layer vouches for its bytes. One with another content, and one that is missing, are refused.
 * @returns warnings, in words
 * @throws EdgebootError WHEEL_INVALID (65)
 */
export function verifyRecord(
  text: string,
  distInfo: string,
  { name, files }: Pick<WheelSource, "name" | "files">,
): string[] {
  const parsed = parseRecord(text);
  if (parsed === undefined) throw invalidWheel(name, "its RECORD cannot be read as one");
  const apart = new Set(["RECORD", ...SIGNATURES].map((file) => `${distInfo}/${file}`));
  const mentioned = new Set<string>();
  for (const row of parsed) {
    const path = row.path.replace(/^(?:\.\/)+/, "");
    // Some builders list directories, too.
    if (apart.has(path) || path.endsWith("/")) continue;
    checkRow({ ...row, path }, files, name);
    mentioned.add(path);
  }
  const unknown = [...files.keys()].filter((path) => !mentioned.has(path) && !apart.has(path));
  const more = unknown.length > 1 ? ` and ${unknown.length - 1} more` : "";
  if (unknown.length === 0) return [];
  return [`${name.file} has files that its RECORD does not mention: ${unknown[0]}${more}`];
}

function checkRow(
  { path, hash, size }: RecordRow,
  files: WheelSource["files"],
  name: WheelSource["name"],
): void {
  const file = files.get(path);
  if (file === undefined) {
    throw invalidWheel(name, `its RECORD mentions ${path}, which it does not have`);
  }
  if (hash !== "" && !STRONG.test(hash)) {
    const algorithm = hash.split("=")[0];
    throw invalidWheel(
      name,
      `its RECORD has the digest ${algorithm} for ${path}: too weak, or not known`,
    );
  }
  const isOther = hash.startsWith("sha256=") && hash.replace(/=+$/, "") !== recordHash(file.sha256);
  const hasOtherSize = size !== "" && Number(size) !== file.size;
  if (isOther || hasOtherSize) {
    throw invalidWheel(name, `${path} is not the file that its RECORD describes`);
  }
}

/** Whether a file is of no use where the wheel is installed. */
export function isSignature(path: string, distInfo: string): boolean {
  return SIGNATURES.some((file) => path === `${distInfo}/${file}`);
}
