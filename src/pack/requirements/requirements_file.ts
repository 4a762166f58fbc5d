import { normalizeName } from "../../python/wheel/normalize.ts";

/** What of a requirements file matters here; all else is for the tool that resolves it. */
export interface RequirementsFile {
  /** Files that it includes, `-r` and `-c`, as they are written. */
  readonly includes: readonly string[];
  readonly requirements: readonly HashedRequirement[];
  /** `-e …`, as they are written */
  readonly editables: readonly string[];
  /** `--require-hashes` */
  readonly requiresHashes: boolean;
  /** URLs of `--index-url` and the like, with credentials where they have any. */
  readonly indexes: readonly string[];
}

export interface HashedRequirement {
  /** normalized; undefined for a path or URL without a name */
  readonly name: string | undefined;
  /** `sha256:<hex>` and others */
  readonly hashes: readonly string[];
}

/**
 * Reads a requirements file as pip does: lines joined by a backslash, comments, options.
 * @param env for `${NAME}`; what is not set stays as it is
 */
export function parseRequirementsFile(
  text: string,
  env: (name: string) => string | undefined,
): RequirementsFile {
  const includes: string[] = [];
  const requirements: HashedRequirement[] = [];
  const editables: string[] = [];
  const indexes: string[] = [];
  let requiresHashes = false;
  for (const line of logicalLines(text).map((line) => expanded(line, env))) {
    const [, short, long, rest = ""] =
      /^(?:(-[a-zA-Z])\s*|(--[a-z-]+))(?:[=\s]\s*)?(.*)$/.exec(line) ?? [];
    const option = short ?? long;
    const value = unquoted(rest.trim());
    if (option === undefined) requirements.push(readRequirement(line));
    else if (["-r", "--requirement", "-c", "--constraint"].includes(option)) includes.push(value);
    else if (["-e", "--editable"].includes(option)) editables.push(value);
    else if (["-i", "--index-url", "--extra-index-url"].includes(option)) indexes.push(value);
    else if (option === "--require-hashes") requiresHashes = true;
  }
  return { includes, requirements, editables, requiresHashes, indexes };
}

/** A comment needs a blank before it: `#` in a URL is none. */
function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let before = "";
  for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    const isComment = /^\s*#/.test(line);
    if (!isComment && line.endsWith("\\")) {
      before += `${line.slice(0, -1)} `;
      continue;
    }
    lines.push(before + (isComment ? "" : line));
    before = "";
  }
  return [...lines, before].map((line) => line.replace(/(^|\s)#.*$/, "").trim()).filter(Boolean);
}

function expanded(line: string, env: (name: string) => string | undefined): string {
  return line.replace(/\$\{([A-Z0-9_]+)\}/g, (whole, name) => env(name) ?? whole);
}

function unquoted(text: string): string {
  return /^(["'])(.*)\1$/.exec(text)?.[2] ?? text;
}

const NAMED =
  /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\]\s*)?(?:$|[;@=<>!~(\s])/;

function readRequirement(line: string): HashedRequirement {
  const hashes = [...line.matchAll(/\s--hash[=\s]\s*([\w-]+:[0-9a-fA-F]+)/g)].map(([, hash]) =>
    hash!
  );
  const name = NAMED.exec(line.replace(/\s--.*$/, ""))?.[1];
  return { name: name === undefined ? undefined : normalizeName(name), hashes };
}
