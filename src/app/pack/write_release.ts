import { parseReleaseDigest, type ReleaseDigest } from "../../model/digest.ts";
import { EdgebootError } from "../../model/errors.ts";
import { DEFAULT_CHANNEL } from "../../model/ref.ts";
import { parseRelease } from "../../model/release.ts";
import { INDEX_NAME } from "../../model/release_index.ts";
import { sha256Hex } from "../../model/sha256.ts";
import { blobPath } from "./blobs.ts";
import type { PackContext } from "./context.ts";
import type { PackRequest } from "./request.ts";

type Named = Pick<PackRequest, "app" | "version">;

/**
 * What `publish` writes to is no place to pack into: a version would change that has been published.
 * @throws EdgebootError USAGE (64)
 */
export function refusePublished(
  { app }: Named,
  output: string,
  { host: { fs } }: PackContext,
): void {
  if (fs.stat(`${output}/apps/${app}/${INDEX_NAME}.json`) === undefined) return;
  throw new EdgebootError("USAGE", {
    what: `cannot pack into ${output}`,
    why: `${app} is published there`,
    next: `pack into a directory of its own, and then \`edgeboot publish DIR --to ${output}\``,
  }, { facts: { app, path: output } });
}

/** Puts a document among the blobs, under its digest. */
export function writeDocument(text: string, output: string, context: PackContext): ReleaseDigest {
  const digest = parseReleaseDigest(sha256Hex(text));
  replace(blobPath(output, digest), text, context);
  return digest;
}

/** The release among the blobs, where it can be started by its digest alone. */
export function writeRelease(
  text: string,
  { app, version }: Named,
  output: string,
  context: PackContext,
): ReleaseDigest {
  parseRelease(text, `the release of ${app} ${version}`);
  return writeDocument(text, output, context);
}

/**
 * Names the release by its version and the default channel: each by one rename and last of all, so that a pack
 * that fails or is killed leaves nothing that can be started.
 */
export async function nameRelease(
  text: string,
  { app, version }: Named,
  output: string,
  context: PackContext,
): Promise<void> {
  await context.host.fs.syncFileSystem(output);
  for (const name of [version, DEFAULT_CHANNEL]) {
    replace(`${output}/apps/${app}/${name}.json`, text, context);
  }
}

function replace(path: string, text: string, { host: { fs, process }, work }: PackContext): void {
  const draft = `${work}/${process.randomId()}`;
  fs.makeDir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  fs.writeNewFile(draft, new TextEncoder().encode(text), 0o644);
  fs.rename(draft, path);
}
