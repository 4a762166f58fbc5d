import type { AppId } from "../model/app_id.ts";
import type { FileSystem } from "../host/ports.ts";
import { INDEX_NAME } from "../model/release_index.ts";
import type { Listing } from "./listing.ts";

/** Lets an error say what a directory registry does have. Never fails: it only helps a message. */
export function directoryListing(root: string, fs: Pick<FileSystem, "readDir">): Listing {
  const names = (path: string): string[] | undefined => {
    try {
      return fs.readDir(path).map((entry) => entry.name).sort();
    } catch {
      return undefined;
    }
  };
  return {
    apps: () => names(`${root}/apps`),
    refs: (app: AppId) =>
      names(`${root}/apps/${app}`)?.filter((name) => name.endsWith(".json"))
        .map((name) => name.slice(0, -5)).filter((name) => name !== INDEX_NAME),
  };
}
