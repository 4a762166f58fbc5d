import { join } from "../support/bytes.ts";
import { unpack, type UnpackOptions, type UnpackReport } from "../../src/archive/mod.ts";
import { denoCodecs } from "../../src/host/deno_codecs.ts";
import { denoFs } from "../../src/host/deno_fs.ts";
import { DEFAULT_UNPACK_LIMITS, type UnpackLimits } from "../../src/model/unpack_limits.ts";
import { parseSha256 } from "../../src/model/digest.ts";
import { EdgebootError } from "../../src/model/errors.ts";
import { sealVerifiedBlob } from "../../src/model/verified_blob.ts";

export const SMALL_LIMITS: UnpackLimits = {
  ...DEFAULT_UNPACK_LIMITS,
  unpackedBytes: 64 * 1024 ** 2,
  entries: 10_000,
};

/** An unpacked tree: path → "dir 0555", "file 0444 <content>", "link -> target". */
export type Tree = Record<string, string>;

export interface Unpacked {
  readonly report: UnpackReport;
  readonly tree: Tree;
}

export type Outcome =
  | { readonly ok: true; readonly report: UnpackReport; readonly tree: Tree }
  | { readonly ok: false; readonly error: EdgebootError; readonly tree: Tree };

/**
 * Unpacks in a sandbox: the target lies three levels deep in a directory whose every other entry
 * is compared before and after. Anything that is not an EdgebootError is thrown on.
 */
export async function tryUnpack(
  archive: Uint8Array | { readonly path: string },
  options: Partial<UnpackOptions> = {},
): Promise<Outcome> {
  const box = Deno.makeTempDirSync({ prefix: "edgeboot-archive-" });
  try {
    const into = `${box}/a/b/into`;
    Deno.mkdirSync(into, { recursive: true });
    Deno.writeTextFileSync(`${box}/secret`, "secret");
    Deno.writeTextFileSync(`${box}/a/b/neighbour`, "neighbour");
    const path = "path" in archive ? archive.path : `${box}/blob`;
    if (!("path" in archive)) Deno.writeFileSync(path, archive);
    const outside = surroundings(box, into);
    const blob = sealVerifiedBlob(path, parseSha256("0".repeat(64)), Deno.statSync(path).size);
    let outcome: Outcome;
    try {
      const report = await unpack(blob, { into, limits: SMALL_LIMITS, ...options }, {
        fs: denoFs,
        codecs: denoCodecs,
      });
      outcome = { ok: true, report, tree: readTree(into) };
    } catch (error) {
      if (!(error instanceof EdgebootError)) throw error;
      outcome = { ok: false, error, tree: readTree(into) };
    }
    if (surroundings(box, into) !== outside) throw new Error("something outside was changed");
    return outcome;
  } finally {
    denoFs.removeTree(box);
  }
}

export async function unpackBytes(
  archive: Uint8Array,
  options: Partial<UnpackOptions> = {},
): Promise<Unpacked> {
  const outcome = await tryUnpack(archive, options);
  if (!outcome.ok) throw outcome.error;
  return outcome;
}

/** The error, where there must be one. */
export async function refusalOf(
  archive: Uint8Array | { readonly path: string },
  options: Partial<UnpackOptions> = {},
): Promise<EdgebootError> {
  const outcome = await tryUnpack(archive, options);
  if (outcome.ok) throw new Error(`accepted: ${JSON.stringify(outcome.tree).slice(0, 500)}`);
  return outcome.error;
}

/** "ARCHIVE_HOSTILE path-absolute": what tests compare. */
export function verdict(outcome: Outcome): string {
  if (outcome.ok) return "accepted";
  const { code, facts } = outcome.error;
  return `${code} ${facts["rule"] ?? facts["limit"] ?? facts["found"] ?? ""}`;
}

export function readTree(root: string): Tree {
  const tree: Tree = {};
  const walk = (directory: string, prefix: string) => {
    for (const { name } of [...Deno.readDirSync(directory)].sort(byName)) {
      const path = `${directory}/${name}`;
      const stat = Deno.lstatSync(path);
      const mode = `0${((stat.mode ?? 0) & 0o7777).toString(8)}`;
      if (stat.isSymlink) tree[prefix + name] = `link -> ${Deno.readLinkSync(path)}`;
      else if (stat.isDirectory) {
        tree[prefix + name] = `dir ${mode}`;
        walk(path, `${prefix}${name}/`);
      } else tree[prefix + name] = `file ${mode} ${content(path, stat.size)}`;
    }
  };
  walk(root, "");
  return tree;
}

/** Content, exec bit and links only: what an unpacked tree has in common with other tools'. */
export function comparable(tree: Tree): Tree {
  return Object.fromEntries(
    Object.entries(tree).map(([path, entry]) => [
      path,
      entry.startsWith("file ") ? entry.replace(/^file 0(\d)\d\d /, exec) : entry.slice(0, 4) ===
          "dir "
        ? "dir"
        : entry,
    ]),
  );
}

function exec(_whole: string, owner: string): string {
  return (Number(owner) & 1) === 1 ? "executable " : "plain ";
}

function content(path: string, size: number): string {
  if (size <= 64) return JSON.stringify(Deno.readTextFileSync(path));
  const bytes = Deno.readFileSync(path);
  let hash = 0;
  for (const byte of bytes) hash = (Math.imul(hash, 31) + byte) | 0;
  return `${size} bytes #${hash >>> 0}`;
}

function surroundings(box: string, into: string): string {
  const seen: string[] = [];
  const walk = (directory: string) => {
    for (const { name } of [...Deno.readDirSync(directory)].sort(byName)) {
      const path = `${directory}/${name}`;
      if (path === into) continue;
      const stat = Deno.lstatSync(path);
      seen.push(
        `${path} ${stat.mode} ${stat.size} ${stat.isDirectory ? "" : stat.mtime?.getTime()}`,
      );
      if (stat.isDirectory) walk(path);
    }
  };
  walk(box);
  return seen.join("\n");
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return join(parts);
}
