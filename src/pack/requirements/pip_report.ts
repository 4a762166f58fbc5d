import { normalizeName } from "../../python/wheel/normalize.ts";
import { fileNameOf, isWheelFile, oneSha256 } from "../lock/locked_file.ts";
import type { Lock, LockedFile, LockedPackage } from "../lock/lock.ts";
import { type Table, Table as JsonTable, unreadable } from "../lock/table.ts";

/**
 * What `pip install --dry-run --report -` would install (installation report, version 1), as a lock.
 * @param file what it was made of, for messages
 * @throws EdgebootError SOURCE_INVALID (65)
 */
export function readPipReport(text: string, file: string): Lock {
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch (cause) {
    throw unreadable(file, "what pip says of it is no JSON", cause);
  }
  const table = new JsonTable(
    report as Record<string, unknown>,
    "",
    `the report of pip on ${file}`,
  );
  return {
    file,
    requiresPython: undefined,
    environments: [],
    defaultGroups: [],
    packages: table.tables("install").map(readPackage),
    roots: undefined,
  };
}

function readPackage(table: Table): LockedPackage {
  const download = table.table("download_info") ?? table.refuse("download_info", "a table");
  const metadata = table.table("metadata") ?? table.refuse("metadata", "a table");
  const file = readFile(download);
  return {
    name: normalizeName(metadata.text("name")),
    version: metadata.text("version"),
    marker: undefined,
    requiresPython: undefined,
    source: { kind: "files" },
    wheels: isWheelFile(file.name) ? [file] : [],
    sdist: isWheelFile(file.name) ? undefined : file,
    dependencies: [],
  };
}

function readFile(download: Table): LockedFile {
  const url = download.text("url");
  const archive = download.table("archive_info");
  const hashes = archive?.table("hashes");
  const digests = hashes?.names().map((name) => `${name}:${hashes.text(name)}`) ?? [];
  // pip before 22.3 states one alone, as name=hex.
  const old = archive?.optionalText("hash")?.replace("=", ":");
  return {
    ...{ name: fileNameOf(url), url, path: undefined, size: undefined },
    sha256: oneSha256([...digests, ...(old === undefined ? [] : [old])]),
  };
}
