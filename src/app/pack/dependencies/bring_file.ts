import { EdgebootError } from "../../../model/errors.ts";
import type { Content } from "../../../model/content.ts";
import { DEFAULT_PACKED_BYTES } from "../../../model/unpack_limits.ts";
import { publicUrl } from "../../../pack/index/address.ts";
import { fetchOptions } from "../../../registry/registry.ts";
import type { PackedDownload, PackedFiles } from "../../../store/mod.ts";
import type { PackContext } from "../context.ts";
import { hashFile } from "../files.ts";
import type { IndexAccess } from "./index_access.ts";
import { findUrl } from "./find_url.ts";
import {
  type BroughtFile,
  fetchFailed,
  shownUrl,
  titleOf,
  type WantedFile,
} from "./wanted_file.ts";

/** What bringing files needs. */
export interface Bringing {
  readonly access: IndexAccess;
  readonly kept: PackedFiles;
  readonly context: PackContext;
}

/**
 * A file with the digest that was locked: from the directory of wheels, from what was kept, from its path, or from the
 * index, and then kept. What is here is read once more before it is believed.
 * @throws EdgebootError INDEX_UNREACHABLE, OFFLINE (69), REGISTRY_DENIED (77), DIGEST_MISMATCH, SIZE_MISMATCH,
 * SOURCE_INVALID (65)
 */
export async function bringFile(wanted: WantedFile, bringing: Bringing): Promise<BroughtFile> {
  const { file, wheels, sha256 } = wanted;
  const { kept, context } = bringing;
  // What an index was asked for only where the file was not here yet: two packs would differ.
  const url = file.url === undefined ? undefined : publicUrl(file.url);
  const beside = wheels === undefined
    ? undefined
    : await sized(`${wheels}/${file.name}`, wanted, context);
  if (beside !== undefined) return { ...beside, url };
  const before = await kept.verified(sha256);
  if (before !== undefined) return { path: before.path, size: before.size, url };
  const path = pathOf(wanted);
  if (path === undefined) return { ...await download(wanted, bringing), url };
  const local = await sized(path, wanted, context);
  if (local !== undefined) return { ...local, url: undefined };
  throw notThere(wanted, path, context);
}

/** A regular file that has the digest. */
async function sized(
  path: string,
  { sha256 }: WantedFile,
  { host }: PackContext,
): Promise<{ path: string; size: number } | undefined> {
  if (host.fs.stat(path)?.kind !== "file") return undefined;
  const found = await hashFile(path, host);
  return found.sha256 === sha256 ? { path, size: found.size } : undefined;
}

/** Of a file that is named by path, or by a file URL. */
function pathOf({ file: { path, url }, directory }: WantedFile): string | undefined {
  if (path !== undefined) return path.startsWith("/") ? path : `${directory}/${path}`;
  return url?.startsWith("file:") ? decodeURIComponent(new URL(url).pathname) : undefined;
}

function notThere(wanted: WantedFile, path: string, { host }: PackContext): EdgebootError {
  const { of, lock } = wanted;
  const isThere = host.fs.stat(path) !== undefined;
  return new EdgebootError("SOURCE_INVALID", {
    what: `there is no ${wanted.file.name} of ${titleOf(of)}`,
    why: `${lock} says that it is ${path}, ${isThere ? "which has other bytes" : "and it is not"}`,
    next: "put the file there, or lock again",
  }, { facts: { package: of.name, path } });
}

async function download(
  wanted: WantedFile,
  bringing: Bringing,
): Promise<{ path: string; size: number }> {
  const { kept, context, access } = bringing;
  const { sha256, file } = wanted;
  if (context.session.config.offline) throw offline(wanted);
  const url = file.url ?? await findUrl(wanted, access);
  const work = kept.begin(sha256);
  try {
    const size = await continued(url, wanted, work, bringing);
    return { path: kept.path(sha256), size };
  } catch (error) {
    throw fetchFailed(wanted, url, error);
  } finally {
    work.discard();
  }
}

/** What an earlier attempt has left may be of other bytes: then once more from the start. */
async function continued(
  url: string,
  wanted: WantedFile,
  work: PackedDownload,
  bringing: Bringing,
): Promise<number> {
  try {
    return await take(url, wanted, work, bringing);
  } catch (error) {
    const isMismatch = error instanceof EdgebootError &&
      (error.code === "DIGEST_MISMATCH" || error.code === "SIZE_MISMATCH");
    if (work.partial === undefined || !isMismatch) throw error;
    work.restart();
    return await take(url, wanted, work, bringing);
  }
}

async function take(
  url: string,
  { sha256, file: { size } }: WantedFile,
  work: PackedDownload,
  { access, context }: Bringing,
): Promise<number> {
  const origin = shownUrl(url);
  const { partial } = work;
  const content = await ask(url, origin, partial === undefined ? {} : { partial }, work, access);
  const total = size ?? content.size;
  return await work.take(content, { sha256, size, origin }, {
    mostBytes: context.session.config.limits.packed ?? DEFAULT_PACKED_BYTES,
    onProgress: (bytes) =>
      context.session.report.event({
        kind: "layer-progress",
        digest: sha256,
        phase: "download",
        bytes,
        total,
      }),
  });
}

async function ask(
  url: string,
  origin: string,
  options: Parameters<typeof fetchOptions>[0],
  work: PackedDownload,
  access: IndexAccess,
): Promise<Content> {
  try {
    const fetched = await access.fetch(url, fetchOptions(options, origin, true));
    if (fetched.kind === "content") return fetched;
  } catch (error) {
    work.keep();
    throw error;
  }
  throw new EdgebootError("BLOB_MISSING", {
    what: `cannot fetch ${origin}`,
    why: "there is nothing at that address",
    next: "lock again: the index has removed the file",
  });
}

function offline({ of, file }: WantedFile): EdgebootError {
  return new EdgebootError("OFFLINE", {
    what: `${file.name} of ${titleOf(of)} is not here`,
    why: "--offline is set, and no earlier pack has fetched it",
    next: "pack once without --offline, or give the file with --wheels DIR",
  }, { facts: { package: of.name } });
}
