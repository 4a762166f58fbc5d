import { unpack } from "../../../archive/mod.ts";
import { writeZip, type ZipMember } from "../../../archive/zip/write.ts";
import type { LayerDigest } from "../../../model/digest.ts";
import { DEFAULT_UNPACK_LIMITS } from "../../../model/unpack_limits.ts";
import { formatRecord, parseRecord } from "../../../python/wheel/record.ts";
import type { BuiltWheel } from "../build_project.ts";
import { hashFile } from "../files.ts";
import { type SourceFile, treeFiles } from "../source_files.ts";
import type { Bringing } from "./bring_file.ts";
import { keepFile } from "./keep_file.ts";

const ALL = { always: [], ruleFiles: [] };

/**
 * Keeps a wheel that was built here, written anew: its files in the order of their names with RECORD at the end, no
 * times, two modes. What is left is what the builder has put into them.
 */
export async function keepNormalized(
  { name, path }: BuiltWheel,
  bringing: Bringing,
): Promise<{ readonly path: string; readonly sha256: LayerDigest; readonly size: number }> {
  const { host, work } = bringing.context;
  const { fs, codecs, process } = host;
  const found = await hashFile(path, host);
  const blob = await keepFile(path, found.sha256, bringing);
  const into = `${work}/wheel-${process.randomId()}`;
  fs.makeDir(into);
  await unpack(blob, { into, limits: DEFAULT_UNPACK_LIMITS }, host);
  const members = treeFiles(into, ALL, bringing.context).flatMap((file) =>
    memberOf(file, bringing)
  );
  const isRecord = ({ path }: ZipMember) => /^[^/]+\.dist-info\/RECORD$/.test(path);
  const ordered = [...members.filter((one) => !isRecord(one)), ...members.filter(isRecord)];
  const normalized = `${into}-${name.file}`;
  const output = fs.createFile(normalized, 0o644);
  try {
    await writeZip(ordered, output, codecs);
  } finally {
    output.close();
  }
  const { sha256, size } = await hashFile(normalized, host);
  return { path: (await keepFile(normalized, sha256, bringing)).path, sha256, size };
}

/** A wheel has no links. */
function memberOf(file: SourceFile, { context: { host: { fs } } }: Bringing): ZipMember[] {
  if (file.kind !== "file") return [];
  const { path, from, executable } = file;
  const read = () => {
    if (!path.endsWith(".dist-info/RECORD")) return fs.readBytes(from);
    const text = fs.readText(from);
    const rows = parseRecord(text)?.sort((a, b) => (a.path < b.path ? -1 : 1));
    return new TextEncoder().encode(rows === undefined ? text : formatRecord(rows));
  };
  return [{ path, executable, read }];
}
