import { parseReleaseDigest, type ReleaseDigest } from "../../model/digest.ts";
import { DEFAULT_CHANNEL } from "../../model/ref.ts";
import { parseRelease } from "../../model/release.ts";
import { sha256Hex } from "../../model/sha256.ts";
import { blobPath } from "./blobs.ts";
import type { PackContext } from "./context.ts";
import type { PackRequest } from "./request.ts";

/**
 * Writes the release under its digest, its version and the default channel: each by one rename, the names last,
 * so that a pack that is killed leaves nothing that can be started.
 */
export async function writeRelease(
  text: string,
  { app, version }: Pick<PackRequest, "app" | "version">,
  output: string,
  context: PackContext,
): Promise<ReleaseDigest> {
  parseRelease(text, `the release of ${app} ${version}`);
  const digest = parseReleaseDigest(sha256Hex(text));
  const apps = `${output}/apps/${app}`;
  replace(blobPath(output, digest), text, context);
  replace(`${apps}/${version}.json`, text, context);
  replace(`${apps}/${DEFAULT_CHANNEL}.json`, text, context);
  await context.host.fs.syncFileSystem(output);
  return digest;
}

function replace(path: string, text: string, { host: { fs, process }, work }: PackContext): void {
  const draft = `${work}/${process.randomId()}`;
  fs.makeDir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  fs.writeNewFile(draft, new TextEncoder().encode(text), 0o644);
  fs.rename(draft, path);
}
