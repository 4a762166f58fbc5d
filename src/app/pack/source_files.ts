import { IgnoreRules } from "../../pack/ignore_rules.ts";
import { ENVIRONMENT_MARK, LEFT_OUT } from "../../pack/left_out.ts";
import { refused } from "../../pack/refusal.ts";
import { SECRET_HEAD_BYTES, secretIn } from "../../pack/secrets.ts";
import { leadsOutside } from "../../pack/links.ts";
import { checkName } from "../../pack/names.ts";
import type { PackContext } from "./context.ts";
import type { LayerFile } from "./write_layer.ts";

/** A file or link of the app's own code, as it goes into a layer. */
export type SourceFile = Exclude<LayerFile, { readonly kind: "made" }>;

export interface SourceRequest {
  /** absolute */
  readonly directory: string;
  /** Absolute paths of directories that are no part of it, as the one that is packed into. */
  readonly without: readonly string[];
  readonly allowFiles: ReadonlySet<string>;
}

const RULE_FILES = [".gitignore", ".edgebootignore"];

/**
 * What of a directory is packed, sorted by path. Empty directories are left out, as git does.
 * @throws EdgebootError PACK_REFUSED (65) for what looks like a secret, links that lead out, and special files
 */
export function sourceFiles(
  { directory, without, allowFiles }: SourceRequest,
  context: Pick<PackContext, "host">,
): SourceFile[] {
  const files = treeFiles(directory, { always: LEFT_OUT, ruleFiles: RULE_FILES, without }, context);
  for (const file of files) if (file.kind === "file") refuseSecret(file, allowFiles, context);
  return files;
}

/** How a directory is walked. */
export interface TreeRules {
  /** What is left out where no file of rules says anything else. */
  readonly always: readonly string[];
  /** Names of the files whose rules count, in the order of what they weigh. */
  readonly ruleFiles: readonly string[];
  /** Absolute paths that are passed over. */
  readonly without?: readonly string[];
}

/**
 * The files of a directory, by other rules and secrets included.
 * @throws EdgebootError PACK_REFUSED (65)
 */
export function treeFiles(
  directory: string,
  { always, ruleFiles, without = [] }: TreeRules,
  context: Pick<PackContext, "host">,
): SourceFile[] {
  const { fs } = context.host;
  const files: SourceFile[] = [];
  const rules = ruleFiles.length === 0
    ? new IgnoreRules(always)
    : rulesFromAbove(directory, always, context);
  const visit = (inside: string) => {
    const here = inside === "" ? directory : `${directory}/${inside}`;
    const entries = fs.readDir(here);
    const names = new Set(entries.map(({ name }) => name));
    for (const name of ruleFiles.filter((name) => names.has(name))) {
      const text = ruleText(`${here}/${name}`, context);
      if (text !== undefined) rules.add({ directory: inside, text });
    }
    for (const { name, kind } of entries) {
      const path = inside === "" ? name : `${inside}/${name}`;
      const from = `${here}/${name}`;
      if (without.includes(from) || rules.leavesOut(path, kind === "directory")) continue;
      checkName(path);
      if (kind === "directory") {
        if (fs.stat(`${from}/${ENVIRONMENT_MARK}`) === undefined) visit(path);
      } else files.push(sourceFile(path, from, directory, context));
    }
  };
  visit("");
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** git follows none of these either where they are links. */
function ruleText(path: string, { host: { fs } }: Pick<PackContext, "host">): string | undefined {
  return fs.lstat(path)?.kind === "file" ? fs.readText(path) : undefined;
}

/** Those of the directories above, up to the top of the repository. */
function rulesFromAbove(
  directory: string,
  always: readonly string[],
  context: Pick<PackContext, "host">,
): IgnoreRules {
  const { fs } = context.host;
  const found: { above: string; text: string }[] = [];
  const parts = directory.split("/").slice(1);
  for (let depth = parts.length; depth > 0; depth--) {
    const place = `/${parts.slice(0, depth).join("/")}`;
    if (depth < parts.length) {
      const text = ruleText(`${place}/.gitignore`, context);
      if (text !== undefined) found.push({ above: parts.slice(depth).join("/"), text });
    }
    if (fs.lstat(`${place}/.git`) === undefined) continue;
    const rules = new IgnoreRules(always);
    for (const { above, text } of found.reverse()) rules.add({ directory: "", above, text });
    return rules;
  }
  return new IgnoreRules(always);
}

function sourceFile(
  path: string,
  from: string,
  directory: string,
  { host: { fs } }: Pick<PackContext, "host">,
): SourceFile {
  const stat = fs.lstat(from);
  if (stat?.kind === "symlink") {
    const target = fs.readLink(from);
    const why = leadsOutside(path, target);
    if (why === undefined) return { kind: "symlink", path, target };
    throw refused("link", {
      what: `cannot pack ${directory}`,
      why: `the link ${path} ${why}: ${target}`,
      next:
        "make it a relative link to something that is packed, too, put the file itself in its " +
        "place, or leave it out in .edgebootignore",
    }, { path });
  }
  if (stat?.kind === "file") {
    return { kind: "file", path, from, size: stat.size, executable: (stat.mode & 0o100) !== 0 };
  }
  throw refused("special-file", {
    what: `cannot pack ${directory}`,
    why: `${path} is no file, directory or link`,
    next: "leave it out in .edgebootignore",
  }, { path });
}

/** @throws EdgebootError PACK_REFUSED (65) */
export function refuseSecret(
  { path, from }: Pick<Extract<SourceFile, { kind: "file" }>, "path" | "from">,
  allowed: ReadonlySet<string>,
  context: Pick<PackContext, "host">,
): void {
  const why = secretIn(path, headOf(from, context));
  if (why === undefined || allowed.has(path)) return;
  throw refused("secret", {
    what: `${path} would be packed, and looks like a secret`,
    why:
      `it is, by its name or first line, ${why}; everybody who may start the app can read a layer, and ` +
      "it is kept for ever",
    next:
      `leave it out in .edgebootignore and give the app its value when it runs; if it is none, ` +
      `add --allow-file ${path}`,
  }, { path });
}

function headOf(path: string, { host: { fs } }: Pick<PackContext, "host">): Uint8Array {
  const file = fs.openRead(path);
  try {
    const head = new Uint8Array(SECRET_HEAD_BYTES);
    return head.subarray(0, file.read(head) ?? 0);
  } finally {
    file.close();
  }
}
