import type { EnvironmentFolder, MadeFile } from "../../model/environment.ts";
import type { LayerDigest } from "../../model/digest.ts";
import type { FileSystem } from "../../host/ports.ts";
import { joined } from "./paths.ts";

/** Certificates of authorities, as packages bring them along. */
const BUNDLES = ["certifi/cacert.pem", "botocore/cacert.pem", "httplib2/cacerts.txt"];

/**
 * Files that base images and people add to: the authorities of a company, by a `.pth` hook or an entry script that
 * asks `certifi.where()`. In a virtual environment they are that environment's alone; another name of the
 * tree's file would carry what is added into all releases that share the tree, and make it damaged.
 */
export function ownCopies(
  folders: readonly EnvironmentFolder[],
  treeOf: (layer: LayerDigest) => string,
  fs: Pick<FileSystem, "readBytes" | "lstat">,
): MadeFile[] {
  return BUNDLES.flatMap((bundle) => {
    const [folderName, file] = bundle.split("/") as [string, string];
    const folder = folders.find(({ path }) => path.endsWith(`/site-packages/${folderName}`));
    const origin = folder?.files.find(({ names }) => names.includes(file));
    if (folder === undefined || origin === undefined) return [];
    const path = joined(treeOf(origin.layer), joined(origin.directory, file));
    const stat = fs.lstat(path);
    if (stat?.kind !== "file") return [];
    const content = fs.readBytes(path);
    return [{ path: `${folder.path}/${file}`, content, mode: stat.mode, mayGrow: true }];
  });
}
