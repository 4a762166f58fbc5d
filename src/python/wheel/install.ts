import { parseWheelMetadata } from "./metadata.ts";
import { InstalledFiles } from "./installed.ts";
import { findPlaces, join, placeOf } from "./places.ts";
import type { InstalledFile, MadeFile, WheelRecipe, WheelSource, WheelTarget } from "./recipe.ts";
import { invalidWheel } from "./refusal.ts";
import { beginsWithItsText, startedScript } from "../script_text.ts";
import { generateScripts, isWrapperOf, PLACEHOLDER_BYTES, rewriteScript } from "./scripts.ts";
import { isSignature, verifyRecord } from "./verify.ts";

const INSTALLER = "edgeboot\n";

/**
 * What an unpacked wheel becomes in an environment, by the binary distribution format: which file of it goes
 * where, and which are made. Reads three small texts and the scripts of the wheel; writes nothing.
 * @throws EdgebootError WHEEL_INVALID (65) where the wheel contradicts the format, its RECORD or its name
 */
export function installWheel(source: WheelSource, target: WheelTarget): WheelRecipe {
  const { name, files } = source;
  const places = findPlaces(files.keys(), name);
  const { distInfo } = places;
  const metadata = parseWheelMetadata(required(source, `${distInfo}/WHEEL`), name);
  const recordWarnings = verifyRecord(required(source, `${distInfo}/RECORD`), distInfo, source);
  const root = metadata.rootIsPurelib ? "purelib" : "platlib";
  const installed = new InstalledFiles(name, target.reserved);

  const entryPoints = files.has(`${distInfo}/entry_points.txt`)
    ? required(source, `${distInfo}/entry_points.txt`)
    : "";
  const scripts = generateScripts(entryPoints, target.scriptHeader, name);
  for (const [script, bytes] of scripts) {
    const place = { scheme: "scripts", target: `${target.paths.scripts}/${script}` } as const;
    installed.add(made({ ...place, bytes, executable: true }, target));
  }
  const written = new Set([`${distInfo}/RECORD`, `${distInfo}/INSTALLER`]);
  for (const [path, file] of files) {
    if (written.has(path) || isSignature(path, distInfo)) continue;
    if (file.kind !== "file") throw invalidWheel(name, `${path} is a link, and wheels have none`);
    const place = placeOf(path, places, root, target, name);
    const asItIs = { kind: "tree", source: path, ...place, ...pick(file) } as const;
    if (place.scheme !== "scripts") installed.add(asItIs);
    else if (!isWrapperOf(path.slice(path.lastIndexOf("/") + 1), scripts)) {
      installed.add(scriptOf(asItIs, source, target));
    }
  }
  const site = target.paths[root];
  const write = (file: string, text: string) => {
    const bytes = new TextEncoder().encode(text);
    const place = { scheme: root, target: join(site, `${distInfo}/${file}`) } as const;
    installed.add(made({ ...place, bytes, executable: false }, target));
  };
  write("INSTALLER", INSTALLER);
  write("RECORD", installed.record(site, distInfo));
  return { name, files: installed.sorted(), warnings: [...metadata.warnings, ...recordWarnings] };
}

/** Scripts are executable whatever the archive says, and the modes of a tree never change. */
function scriptOf(
  asItIs: Extract<InstalledFile, { kind: "tree" }>,
  source: WheelSource,
  target: WheelTarget,
): InstalledFile {
  const { source: path, scheme, target: to } = asItIs;
  const { executable } = source.files.get(path)!;
  const head = source.read(path, PLACEHOLDER_BYTES);
  const isPython = rewriteScript(head, target.scriptHeader) !== undefined;
  if (executable && !isPython) return asItIs;
  const bytes = source.read(path);
  const text = new TextDecoder().decode(bytes);
  const { treeFromScripts: tree } = target;
  const content = isPython && tree !== undefined && beginsWithItsText(text)
    ? new TextEncoder().encode(startedScript(`${tree}/${path}`, text))
    : rewriteScript(bytes, target.scriptHeader) ?? bytes;
  return made({ scheme, target: to, bytes: content, executable: true }, target);
}

function made(
  file: Pick<MadeFile, "scheme" | "target" | "bytes" | "executable">,
  { sha256 }: Pick<WheelTarget, "sha256">,
): MadeFile {
  return { kind: "made", ...file, size: file.bytes.length, sha256: sha256(file.bytes) };
}

function pick({ size, sha256 }: { size: number; sha256: string }) {
  return { size, sha256 };
}

/** @throws EdgebootError WHEEL_INVALID (65) where it is not there, or no text */
function required(source: WheelSource, path: string): string {
  if (source.files.get(path)?.kind !== "file") {
    throw invalidWheel(source.name, `it has no ${path}`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(source.read(path));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw invalidWheel(source.name, `its ${path} is not UTF-8`);
  }
}
