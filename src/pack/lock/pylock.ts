import { normalizeName } from "../../python/wheel/normalize.ts";
import type { Lock, LockedFile, LockedPackage, PackageSource } from "./lock.ts";
import { fileNameOf, isWheelFile, oneSha256 } from "./locked_file.ts";
import { type Table, unreadable } from "./table.ts";

/**
 * `pylock.toml` (PEP 751).
 * @throws EdgebootError SOURCE_INVALID (65)
 */
export function readPylock(document: Table): Lock {
  const version = document.text("lock-version");
  if (!/^1\.\d+$/.test(version)) {
    throw unreadable(document.file, `it is of lock version ${version}, and 1.0 is known here`);
  }
  return {
    file: document.file,
    requiresPython: document.specifiers("requires-python"),
    environments: document.markers("environments"),
    defaultGroups: document.texts("default-groups").map(normalizeName),
    offers: {
      extras: document.texts("extras").map(normalizeName),
      groups: document.texts("dependency-groups").map(normalizeName),
    },
    packages: document.tables("packages").map(readPackage),
    roots: undefined,
  };
}

function readPackage(table: Table): LockedPackage {
  const archive = table.table("archive");
  const direct = archive && readFile(archive);
  // A direct URL or path, of which PEP 751 does not say what is there: its name does.
  const isWheel = direct !== undefined && isWheelFile(direct.name);
  const sdist = table.table("sdist");
  return {
    name: table.project(),
    version: table.optionalText("version"),
    marker: table.marker("marker"),
    requiresPython: table.specifiers("requires-python"),
    source: readSource(table),
    wheels: [...table.tables("wheels").map(readFile), ...isWheel ? [direct] : []],
    sdist: sdist === undefined ? isWheel ? undefined : direct : readFile(sdist),
    dependencies: [],
  };
}

function readSource(table: Table): PackageSource {
  const directory = table.table("directory");
  if (directory !== undefined) {
    return {
      kind: "directory",
      path: directory.text("path"),
      editable: directory.flag("editable"),
    };
  }
  const vcs = table.table("vcs");
  if (vcs !== undefined) {
    const at = vcs.optionalText("url") ?? vcs.text("path");
    return { kind: "vcs", text: `${vcs.text("type")}+${at}@${vcs.text("commit-id")}` };
  }
  if (table.has("archive")) return { kind: "files" };
  return { kind: "index", url: table.optionalText("index") };
}

function readFile(table: Table): LockedFile {
  const [url, path] = [table.optionalText("url"), table.optionalText("path")];
  const stated = table.optionalText("name") ?? fileNameOf(path ?? url ?? "");
  const hashes = table.table("hashes");
  return {
    name: stated === "" ? table.refuse("name", "a file name") : stated,
    url,
    path,
    size: table.number("size"),
    sha256: oneSha256(hashes?.names().map((name) => `${name}:${hashes.text(name)}`) ?? []),
  };
}
